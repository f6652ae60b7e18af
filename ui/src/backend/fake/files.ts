// Files of candidates, in memory: what is written where one is attached, or becomes the résumé.

import type { CreateRequest, EditRequest, ReadResume, Unpacked } from "../types";
import { resumeSample } from "./blank";
import type { Tables } from "./data";
import { refusal } from "./store";

/** A file that came in. */
export interface Uploaded {
  hash: string;
  type: string;
  name: string;
  bytes: number;
}

/** Keeps the bytes of a file. */
export function upload(files: Map<string, Uint8Array>, name: string, bytes: Uint8Array): Uploaded {
  const hash = `upload-${name}`;
  files.set(hash, bytes);
  const type = name.endsWith(".pdf") ? "application/pdf" : name.endsWith(".txt") ? "text/plain" : "application/octet-stream";
  return { hash, type, name, bytes: bytes.length };
}

/** The record of a file beside the résumé. */
export function attachmentOf(tables: Tables, candidateId: string, applicationId: string | null, kind: string, { hash, type, name, bytes }: Uploaded): CreateRequest {
  const job_id = applicationId === null ? null : (tables.applications.get(applicationId)?.fields.job_id ?? null);
  return { kind: "attachments", fields: { candidate_id: candidateId, application_id: applicationId, job_id, kind, name, file_hash: hash, media_type: type, bytes, label: "", by_candidate: false } };
}

/** What makes a file the résumé, and keeps the one before. */
export function resumeSteps(tables: Tables, candidateId: string, { hash, type, name }: Uploaded): { edits: EditRequest[]; creates: CreateRequest[] } {
  const before = tables.candidates.get(candidateId)?.fields;
  const values = { resume_hash: hash, resume_name: name, resume_type: type, resume_text: "" };
  const edits = Object.entries(values).map(([field, value]) => ({ op: "set" as const, field, value }));
  const kept = before?.resume_hash && before.resume_hash !== hash ? [{ hash: before.resume_hash, type: before.resume_type, name: before.resume_name, bytes: 0 }] : [];
  return { edits: [{ kind: "candidates", id: candidateId, edits }], creates: kept.map((file) => attachmentOf(tables, candidateId, null, "resume", file)) };
}

/** An archive, whose bytes are text here: after its first line a document a line, name and content. */
export function unpack(bytes: Uint8Array): Unpacked {
  const [head, ...lines] = new TextDecoder().decode(bytes).split("\n");
  if (head !== "archive") {
    throw refusal("unsupported-file", "Only PDF, DOCX, ODT and TXT files are taken, and the content must be what the name says.");
  }
  const entries = lines.filter(Boolean).map((line) => line.split("|"));
  return {
    documents: entries.filter(([, content]) => content !== undefined).map(([name = "", content = ""]) => ({ name, bytes: new TextEncoder().encode(content) })),
    leftOut: entries.filter(([, content]) => content === undefined).map(([name = ""]) => name),
  };
}

/** What a document says: a name and an address with a comma between them, or nothing that can be read. */
export function readDocument(bytes: Uint8Array): ReadResume {
  const [name, email] = new TextDecoder().decode(bytes).split(",");
  if (email === undefined) {
    return { fields: null, why: "scan" };
  }
  const sample = resumeSample();
  const [address] = sample.emails;
  return { fields: { ...sample, name: sample.name && { ...sample.name, value: name ?? "" }, emails: address ? [{ ...address, value: email }] : [] }, why: null };
}
