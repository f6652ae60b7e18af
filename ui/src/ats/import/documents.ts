// Résumés as people send them (PDF, DOCX, ODT, text), one a file or many in an archive: read on this computer into a table like
// any other, with the file of each row, which becomes the résumé of who is made of it.

import { engine } from "../../backend/engine";
import type { ResumeFields } from "../../backend/types";
import { RESUME_MAX_BYTES, RESUME_TYPES } from "../candidates/candidate";
import { presentJob } from "../candidates/fill";
import { pastFields, pastRead } from "../candidates/past/past";
import type { Sheet, Unreadable } from "./sheet";

/** Documents that are brought at once. */
export const DOCUMENTS_MAX = 500;
/** What such files are called. */
export const ENDINGS = `${RESUME_TYPES},.zip`;
/** What a résumé says of somebody, as columns whose parts the import takes apart as it does those of any table; and its file. */
const HEADERS = ["Full name", "Email", "Phone", "Headline", "Location", "Links", "Skills", "Languages", "Current title", "Current company", "File"];

/** A file that was chosen, or that an archive held. */
export interface Document {
  name: string;
  bytes: Uint8Array;
}

/** What was read. */
export interface Documents {
  sheet: Sheet;
  /** The file of each row, by its line. */
  files: ReadonlyMap<number, Document>;
  /** Names of files that are no documents, or are too large. */
  leftOut: string[];
}

const ends = (name: string, endings: string): boolean => endings.split(",").some((ending) => name.toLowerCase().endsWith(ending));

/** Whether files are documents or archives of them, by their names: a text alone is rather a table. */
export function areDocuments(names: readonly string[]): boolean {
  const only = names.length === 1 && /\.txt$/i.test(names[0] ?? "");
  return names.some((name) => ends(name, ENDINGS)) && !only && names.every((name) => !/\.(csv|tsv|json|xls[xm])$/i.test(name));
}

/** Words of file names that are no part of a person's name. */
const NO_NAMES = new Set(["cv", "resume", "curriculum", "vitae", "lebenslauf", "final", "copy", "new", "version", "updated", "candidate", "application"]);

/** Who somebody is by the name of their file, where nothing else says it: a scan says nothing that can be read. */
export function nameOfFile(file: string): string {
  const words = file.replace(/\.[^.]+$/u, "").split(/[\s_,;()[\]–.-]+/u);
  const plain = (word: string): string => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return words.filter((word) => /\p{L}/u.test(word) && !/\d/u.test(word) && !NO_NAMES.has(plain(word))).join(" ");
}

/** A place without its street, which begins with a number. */
export function withoutStreet(place: string): string {
  return place.split(",").map((part) => part.trim()).filter((part) => part !== "" && !/^\d/u.test(part)).join(", ");
}

function cells(fields: ResumeFields | null, file: string): string[] {
  if (fields === null) {
    return [nameOfFile(file), ...HEADERS.slice(2).map(() => ""), file];
  }
  const job = presentJob(fields)?.value;
  return [
    fields.name?.value ?? nameOfFile(file), fields.emails[0]?.value ?? "", fields.phones[0]?.value ?? "", fields.headline?.value ?? "",
    withoutStreet(fields.location?.value ?? ""), fields.links.map(({ value }) => value).join(" "),
    fields.skills.map(({ value }) => value).join("; "), fields.languages.map(({ value }) => value.name).join("; "), job?.title ?? "", job?.company ?? "", file,
  ];
}

/** The documents among files, those of archives included, and the names of what is none. */
async function gathered(files: readonly Document[]): Promise<{ documents: Document[]; leftOut: string[] }> {
  const documents: Document[] = [];
  const leftOut: string[] = [];
  for (const file of files) {
    if (/\.zip$/i.test(file.name)) {
      const unpacked = await engine().unpack(file.bytes);
      documents.push(...unpacked.documents);
      leftOut.push(...unpacked.leftOut);
    } else if (ends(file.name, RESUME_TYPES) && file.bytes.length <= RESUME_MAX_BYTES) {
      documents.push(file);
    } else {
      leftOut.push(file.name);
    }
  }
  return { documents, leftOut };
}

/** Reads documents, one after the other; `told` hears how many are read. What cannot be read goes by its file's name. */
export async function readDocuments(files: readonly Document[], told: (done: number, total: number) => void, stopped: () => boolean): Promise<Documents | Unreadable> {
  const { documents, leftOut } = await gathered(files);
  if (documents.length > DOCUMENTS_MAX) {
    return "import.too_many_documents";
  }
  if (documents.length === 0) {
    return "import.no_document";
  }
  const rows: Sheet["rows"] = [];
  const lists = new Map<number, { [field: string]: unknown[] }>();
  for (const [index, { name, bytes }] of documents.entries()) {
    if (stopped()) {
      break;
    }
    told(index, documents.length);
    const { fields } = await engine().readDocument(bytes);
    rows.push({ line: index + 1, cells: cells(fields, name) });
    if (fields !== null) {
      lists.set(index + 1, pastFields(pastRead(fields)));
    }
  }
  return { sheet: { headers: HEADERS, rows, lists }, files: new Map(documents.map((document, index) => [index + 1, document])), leftOut };
}
