// A table of candidates as another program wrote it: read whatever its separator and its encoding, and written so that no
// spreadsheet takes a cell for a formula.

import Papa from "papaparse";

/** The largest file that is read. */
export const FILE_MAX_BYTES = 20_000_000;
/** Rows that are taken in one go. */
export const ROWS_MAX = 10_000;
/** Columns that are looked at. */
const COLUMNS_MAX = 200;

/** A table: the names of its columns, and its rows with their numbers as a spreadsheet counts them. */
export interface Sheet {
  headers: string[];
  rows: { line: number; cells: string[] }[];
  /** The lists of the people that no cell holds (where they worked, what they learned), by line. */
  lists?: ReadonlyMap<number, { [field: string]: unknown[] }>;
}

/** Why a file is no table. */
export type Unreadable = "import.too_large" | "import.no_workbook" | "import.not_text" | "import.empty" | "import.no_resume" | "import.quotes" | "import.too_many_rows" | "import.too_many_columns" | "import.no_document" | "import.too_many_documents" | "import.archive_too_large" | "import.no_archive" | "import.one_table";

/** The text of a file: UTF-8, or else what older spreadsheets write. */
function textOf(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(utf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A cell without the mark that keeps a spreadsheet from taking it for a formula. */
function plain(cell: string): string {
  return cell.replace(/^'(?=[=+\-@\t\r])/, "");
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
  const { data, errors } = Papa.parse<string[]>(text);
  if (errors.some((error) => error.type === "Quotes")) {
    return "import.quotes";
  }
  return tableOf(data);
}

/** Rows of cells as a table: what has no cell with something in it is passed over. */
export function tableOf(data: string[][]): Sheet | Unreadable {
  const filled = data.map((cells, index) => ({ line: index + 1, cells: cells.map((cell) => plain(cell.trim()).trim()) })).filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [head, ...rows] = filled;
  if (!head || rows.length === 0) {
    return "import.empty";
  }
  if (head.cells.length > COLUMNS_MAX) {
    return "import.too_many_columns";
  }
  return rows.length > ROWS_MAX ? "import.too_many_rows" : { headers: head.cells, rows };
}

/** Writes a table to be pasted into a spreadsheet, each row as wide as its head. What would be taken for a formula is written
 * as text. */
export function write(headers: string[], rows: string[][]): string {
  const wide = rows.map((row) => headers.map((_, index) => row[index] ?? ""));
  return Papa.unparse([headers, ...wide], { escapeFormulae: true, delimiter: "\t" });
}
