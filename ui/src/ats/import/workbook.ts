// A workbook of a spreadsheet program as a table: the engine takes it apart, and the rest is as with every table.

import { asEngineError, engine } from "../../backend/engine";
import { tableOf, type Sheet, type Unreadable } from "./sheet";

/** Whether a file says by its name that it is one. */
export function isWorkbook(name: string): boolean {
  return /\.xls[xm]$/i.test(name);
}

/** Reads the first sheet that has something in it. */
export async function readWorkbook(bytes: Uint8Array): Promise<Sheet | Unreadable> {
  try {
    const { rows } = await engine().readWorkbook(bytes);
    return tableOf(rows);
  } catch (thrown) {
    const { code } = asEngineError(thrown);
    if (code === "too-large" || code === "unsupported-file") {
      return code === "too-large" ? "import.too_large" : "import.no_workbook";
    }
    throw thrown;
  }
}
