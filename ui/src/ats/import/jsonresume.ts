// Résumés in the form of JSON Resume (schema 1.0.0, https://jsonresume.org/schema), one a file or many in a list, as a table
// like any other. What people write is not always what the schema says: whatever has another shape is left out.

import { pastFields, problems, type Draft, type PastField } from "../candidates/past/past";
import { FILE_MAX_BYTES, ROWS_MAX, type Sheet, type Unreadable } from "./sheet";

const HEADERS = ["Full name", "Email", "Phone", "Headline", "Summary", "City", "Region", "Country", "LinkedIn", "GitHub", "Website", "Skills", "Languages", "Current title", "Current company"];

type Thing = { readonly [field: string]: unknown };

function thing(value: unknown): Thing {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Thing) : {};
}

function list(value: unknown): Thing[] {
  return Array.isArray(value) ? value.map(thing) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/** The address on a network, if only the name there is known. */
const HOMES: { readonly [network: string]: string } = { linkedin: "https://www.linkedin.com/in/", github: "https://github.com/" };

function profile(profiles: Thing[], network: string): string {
  const found = profiles.find((each) => text(each.network).toLowerCase() === network);
  const name = text(found?.username);
  return text(found?.url) || (name && `${HOMES[network] ?? ""}${encodeURIComponent(name)}`);
}

/** Where somebody works: the work that has not ended, or else the first, which is the latest. */
function present(work: Thing[]): Thing {
  return work.find((each) => text(each.endDate) === "") ?? work[0] ?? {};
}

function cells(resume: Thing): string[] {
  const basics = thing(resume.basics);
  const place = thing(basics.location);
  const profiles = list(basics.profiles);
  const skills = list(resume.skills).flatMap((skill) => {
    const words = Array.isArray(skill.keywords) ? skill.keywords.map(text).filter(Boolean) : [];
    return words.length > 0 ? words : [text(skill.name)].filter(Boolean);
  });
  const languages = list(resume.languages).map((each) => text(each.language)).filter(Boolean);
  const work = present(list(resume.work));
  return [
    text(basics.name), text(basics.email), text(basics.phone), text(basics.label), text(basics.summary), text(place.city), text(place.region), text(place.countryCode),
    profile(profiles, "linkedin"), profile(profiles, "github"), text(basics.url) || text(basics.website), skills.join("; "), languages.join("; "),
    text(work.position), text(work.name) || text(work.company),
  ];
}

/** A day or a month as the schema has it, as a month. */
const month = (value: unknown): string => text(value).slice(0, "2021-03".length);
const LINE_MAX = 200;
const WORDS_MAX = 1_500;
const line = (value: unknown): string => [...text(value)].slice(0, LINE_MAX).join("");

/** Where somebody worked, what they learned and what was certified. */
function past(resume: Thing): { [field: string]: unknown[] } {
  const of = (field: PastField, entries: Thing[], draft: (entry: Thing) => Draft): { field: PastField; draft: Draft }[] => entries.map((entry) => ({ field, draft: draft(entry) }));
  const jobs = of("experience", list(resume.work), (each) => {
    const said = [text(each.summary), ...(Array.isArray(each.highlights) ? each.highlights.map(text) : [])].filter(Boolean).join("\n");
    const [to, words] = [month(each.endDate), [...said].slice(0, WORDS_MAX).join("")];
    return { title: line(each.position), company: line(each.name) || line(each.company), place: line(each.location), from: month(each.startDate), to, is_current: to === "" && text(each.startDate) !== "", words };
  });
  const schools = of("education", list(resume.education), (each) => ({ school: line(each.institution), degree: line(each.studyType), field: line(each.area), from: month(each.startDate), to: month(each.endDate) }));
  const certificates = of("certificates", list(resume.certificates), (each) => ({ name: line(each.name), issuer: line(each.issuer), year: month(each.date).slice(0, "2021".length) }));
  // Of an entry that says neither what nor where, nothing is known.
  const named = [...jobs, ...schools, ...certificates].filter(({ field, draft }) => !Object.values(problems(field, draft)).includes("past.nothing"));
  return pastFields(named);
}

/** Whether a file says by its name that it is one. */
export function isJson(name: string): boolean {
  return name.toLowerCase().endsWith(".json");
}

/** Reads résumés. One file that is none makes the others none too: nobody is left out without a word. */
export function readResumes(files: Uint8Array[]): Sheet | Unreadable {
  if (files.reduce((sum, bytes) => sum + bytes.length, 0) > FILE_MAX_BYTES) {
    return "import.too_large";
  }
  const resumes: Thing[] = [];
  for (const bytes of files) {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch {
      return "import.no_resume";
    }
    resumes.push(...(Array.isArray(value) ? list(value) : [thing(value)]));
  }
  if (resumes.length === 0 || resumes.some((resume) => Object.keys(thing(resume.basics)).length === 0)) {
    return "import.no_resume";
  }
  return resumes.length > ROWS_MAX ? "import.too_many_rows" : {
        headers: HEADERS,
        rows: resumes.map((resume, index) => ({ line: index + 1, cells: cells(resume) })),
        lists: new Map(resumes.map((resume, index) => [index + 1, past(resume)])),
      };
}
