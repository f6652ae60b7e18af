// A table of candidates as another program wrote it: read whatever its separator and its encoding, and written so that no
// spreadsheet takes a cell for a formula.

import Papa from "papaparse";

/** The largest file that is read. */
export const FILE_MAX_BYTES = 20_000_000;
/** Rows that are taken in one go. */
export const ROWS_MAX = 10_000;
/** Columns that are looked at. */
const COLUMNS_MAX = 200;

/** A table: the names of its columns, and its rows with the lines on which they begin, counted from 1. */
export interface Sheet {
  headers: string[];
  rows: { line: number; cells: string[] }[];
}

/** Why a file is no table. */
export type Unreadable = "import.too_large" | "import.not_text" | "import.empty" | "import.no_resume" | "import.too_many_rows" | "import.too_many_columns";

/** The text of a file: UTF-8, or else what older spreadsheets write. */
function textOf(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(utf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Reads a table. */
export function read(bytes: Uint8Array): Sheet | Unreadable {
  if (bytes.length > FILE_MAX_BYTES) {
    return "import.too_large";
  }
  const text = textOf(bytes);
  if (text.includes("\0")) {
    return "import.not_text";
  }
  const { data } = Papa.parse<string[]>(text);
  const filled = data.map((cells, index) => ({ line: index + 1, cells: cells.map((cell) => cell.trim()) })).filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [head, ...rows] = filled;
  if (!head || rows.length === 0) {
    return "import.empty";
  }
  if (head.cells.length > COLUMNS_MAX) {
    return "import.too_many_columns";
  }
  return rows.length > ROWS_MAX ? "import.too_many_rows" : { headers: head.cells, rows };
}

/** Writes a table. What a spreadsheet would take for a formula is written as text. */
export function write(headers: string[], rows: string[][]): string {
  return Papa.unparse([headers, ...rows], { escapeFormulae: true });
}
