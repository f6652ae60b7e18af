// PDF pages through pdf.js: the window's own engine (WebKitGTK) shows none. Everything is bundled, nothing is fetched.

import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { TextContent } from "pdfjs-dist/types/src/display/api";
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.mjs?url";

/** Pages that are shown of one file. */
const PAGES_MAX = 40;
/** Pixels per CSS pixel at most: beyond it a page costs memory and looks the same. */
const SCALE_MAX = 2;

GlobalWorkerOptions.workerSrc = workerUrl;

/** A PDF that is open in the viewer. */
export interface OpenPdf {
  /** Pages that are shown. */
  pages: number;
  /** Pages beyond those. */
  cut: number;
  /** Width to height of the first page. */
  ratio: string;
  /** The text of each page. */
  texts: string[];
  /** Draws a page as wide as it is shown. */
  draw: (number: number, canvas: HTMLCanvasElement, width: number) => Promise<void>;
  close: () => void;
}

async function textOf(document: PDFDocumentProxy, number: number): Promise<string> {
  const page = await document.getPage(number);
  // Read part by part: pdf.js's own `getTextContent` loops over the stream in a way that WebKit does not know.
  const reader = page.streamTextContent().getReader() as ReadableStreamDefaultReader<TextContent>;
  const words: string[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    words.push(...part.value.items.map((item) => ("str" in item ? item.str : "")));
  }
  return words.join(" ");
}

/** Opens a PDF. Scripts inside it never run. */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  // pdf.js takes the bytes away from whoever gives them: it gets its own copy.
  const task = getDocument({ data: bytes.slice(), isEvalSupported: false, useWasm: false, useSystemFonts: true, enableXfa: false });
  const document = await task.promise;
  const pages = Math.min(document.numPages, PAGES_MAX);
  const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
  const texts = await Promise.all(Array.from({ length: pages }, (_, index) => textOf(document, index + 1)));
  return {
    pages,
    cut: document.numPages - pages,
    ratio: `${width} / ${height}`,
    texts,
    draw: (number, canvas, shown) => drawPage(document, number, canvas, shown),
    close: () => void task.destroy(),
  };
}

/** A page that is already drawn so wide is left as it is. */
async function drawPage(document: PDFDocumentProxy, number: number, canvas: HTMLCanvasElement, width: number): Promise<void> {
  const scale = Math.min(window.devicePixelRatio || 1, SCALE_MAX);
  const drawn = `${number}:${width}:${scale}`;
  if (canvas.dataset.drawn === drawn) {
    return;
  }
  canvas.dataset.drawn = drawn;
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: (width * scale) / page.getViewport({ scale: 1 }).width });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.aspectRatio = `${viewport.width} / ${viewport.height}`;
  await page.render({ canvas, viewport }).promise;
}
