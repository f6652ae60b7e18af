// What is read out of a résumé, as the engine tells it.

/** Something that was read in a résumé, with the lines of its text on which it stands. */
export interface Read<Value> {
  value: Value;
  lines: { first: number; last: number };
}

/** A year, or a month of one. */
export interface ReadDate {
  year: number;
  month: number | null;
}
/** How something ended: it goes on, or then. */
export type ReadEnd = "present" | { at: ReadDate };
/** What a résumé says: what is not in it is null or empty. */
export interface ResumeFields {
  name: Read<string> | null;
  emails: Read<string>[];
  phones: Read<string>[];
  links: Read<string>[];
  location: Read<string> | null;
  headline: Read<string> | null;
  summary: Read<string> | null;
  jobs: Read<{ title: string | null; company: string | null; place: string | null; start: ReadDate | null; end: ReadEnd | null; description: string[] }>[];
  /** A degree as it is written, with what it is in. */
  education: Read<{ school: string | null; degree: string | null; start: ReadDate | null; end: ReadEnd | null }>[];
  skills: Read<string>[];
  languages: Read<{ name: string }>[];
  certifications: Read<{ name: string; date: ReadDate | null }>[];
}

/** A résumé that was read, or why it could not be: empty, too_large, unsupported, encrypted, scan, broken or too_complex. */
export interface ReadResume {
  fields: ResumeFields | null;
  why: string | null;
}
