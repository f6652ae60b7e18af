// A small real PDF for the résumé viewer, written by hand: two pages of text in a standard font.

function escape(text: string): string {
  // The standard fonts of a PDF speak Latin-1: a letter beyond it would be another letter.
  return text.replace(/[^\x20-\xff]/g, "?").replace(/[\\()]/g, (sign) => `\\${sign}`);
}

function page(lines: string[]): string {
  const body = lines.map((line, index) => `${index === 0 ? "/F1 20 Tf" : "/F1 11 Tf"} (${escape(line)}) Tj 0 ${index === 0 ? -32 : -18} Td`);
  return `BT 60 780 Td ${body.join("\n")} ET`;
}

/** A PDF whose pages hold these lines; the first line of a page is its heading. */
export function makePdf(pages: string[][]): Uint8Array {
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  ];
  for (const lines of pages) {
    const stream = page(lines);
    const at = objects.length + 1;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${at + 1} 0 R >>`,
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    );
  }
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
