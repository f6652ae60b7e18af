// The page that this client is written from: what it says in tables and numbers is read from there.

import { readFileSync } from "node:fs";

/** The page, docs/sync.md. */
export const PAGE = readFileSync(new URL("../../../docs/sync.md", import.meta.url), "utf8");

/** The cells of the table whose head begins so. */
export function tableOf(head) {
  const lines = PAGE.split("\n");
  const rows = lines.slice(lines.findIndex((line) => line.startsWith(head)) + 2);
  const end = rows.findIndex((row) => !row.startsWith("|"));
  return rows.slice(0, end).map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}
