// Which column of a table is which field: guessed by the names that other programs give them, and changed by the person.

/** What a column can be; empty for one that is left out. */
export const TARGETS = [
  "", "first_name", "last_name", "full_name", "email", "phone", "headline", "current_title", "current_company", "city", "state", "country",
  "location", "skills", "languages", "links", "linkedin_url", "github_url", "portfolio_url", "website_url", "tags", "pools", "source_detail", "summary", "notes",
  "desired_salary", "desired_salary_currency", "notice_period_days", "consent_on", "stage", "rejection_reason",
] as const;
/** One of the workspace's own fields, by its key. */
export type OwnTarget = `own:${string}`;
export type Target = (typeof TARGETS)[number] | OwnTarget;

/** The target that is one of the workspace's own fields. */
export function ownTarget(key: string): OwnTarget {
  return `own:${key}`;
}

/** The names of columns, as letters and figures alone, by what they are. The first that a table has counts. */
const NAMES: { readonly [target in Exclude<(typeof TARGETS)[number], "">]: readonly string[] } = {
  first_name: ["firstname", "givenname", "forename", "prenom", "prénom"],
  last_name: ["lastname", "surname", "familyname", "nom", "nomdefamille"],
  full_name: ["fullname", "name", "candidatename", "candidate", "nomcomplet", "candidat"],
  email: ["email", "emailaddress", "mail", "primaryemail", "email1", "courriel", "adressecourriel"],
  phone: ["cellphone", "mobile", "mobilephone", "phone", "phonenumber", "primaryphone", "homephone", "workphone", "telephone", "téléphone", "portable"],
  headline: ["headline", "accroche"],
  current_title: ["title", "currenttitle", "jobtitle", "position", "poste", "titre"],
  current_company: ["company", "currentcompany", "currentemployer", "employer", "entreprise", "employeur"],
  city: ["city", "town", "ville"],
  state: ["state", "province", "region", "région"],
  country: ["country", "pays"],
  location: ["location", "lieu"],
  skills: ["keyskills", "skills", "competences", "compétences"],
  languages: ["languages", "langues"],
  links: ["links", "socialmedia", "social", "liens"],
  linkedin_url: ["linkedin", "linkedinurl", "linkedinprofile"],
  github_url: ["github", "githuburl"],
  portfolio_url: ["portfolio", "portfoliourl"],
  website_url: ["website", "websiteurl", "site", "siteweb", "web"],
  tags: ["tags", "labels", "étiquettes", "etiquettes"],
  pools: ["pools", "pool", "talentpool", "talentpools", "viviers", "vivier"],
  source_detail: ["source", "sources", "provenance"],
  summary: ["summary", "résumé", "profile"],
  notes: ["notes", "note", "comments", "remarques", "commentaires"],
  desired_salary: ["desiredsalary", "salarywish", "salaryexpectation", "salaryexpectations", "expectedsalary", "desiredpay", "wishedpay", "prétentionssalariales", "pretentionssalariales", "salairesouhaité"],
  desired_salary_currency: ["desiredsalarycurrency", "salarycurrency", "currency", "devise", "monnaie"],
  notice_period_days: ["noticeperiod", "noticeperioddays", "notice", "préavis", "preavis"],
  consent_on: ["consentdate", "consenton", "consentedon", "gdprconsentdate", "consentgiven", "dateofconsent", "dateduconsentement", "consentementdu"],
  stage: ["stage", "currentstage", "milestone", "pipelinestage", "étape", "etape"],
  rejection_reason: ["rejectionreason", "archivereason", "raisondurefus", "motifderefus"],
};

/** Another program's table: the columns that tell it from others, and what some of them are there. */
interface Shape {
  program: string;
  /** All of them are in such a table. */
  has: readonly string[];
  /** Columns that are something else than their name alone would say; an empty one is left out. */
  are: { readonly [name: string]: Target };
}

const SHAPES: readonly Shape[] = [
  { program: "Greenhouse", has: ["firstname", "lastname", "whogetscredit", "milestone"], are: { title: "current_title", company: "current_company", job: "", address: "", milestone: "stage" } },
  { program: "Greenhouse", has: ["candidatename", "currentstage", "jobname"], are: { jobname: "", currentstage: "stage", applicationstatus: "" } },
  { program: "Lever", has: ["origin", "stage", "leverpostingurl"], are: { sources: "source_detail", origin: "", links: "links" } },
  { program: "OpenCATS", has: ["firstname", "lastname", "keyskills", "currentemployer"], are: { cellphone: "phone", homephone: "", desiredpay: "desired_salary", currentpay: "", owner: "" } },
];

/** Which program wrote a table, by the names of its columns; none where none is known. */
export function shapeOf(headers: readonly string[]): Shape | null {
  const names = new Set(headers.map(plain));
  return SHAPES.find(({ has }) => has.every((name) => names.has(name))) ?? null;
}

function plain(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** What each column most likely is. No field is filled by two columns. The workspace's own fields go by what they are called. */
export function guess(headers: string[], own: readonly { key: string; label: string }[]): Target[] {
  const names = headers.map(plain);
  const found: Target[] = headers.map(() => "");
  const shape = shapeOf(headers)?.are ?? {};
  names.forEach((name, index) => {
    const target = shape[name];
    if (target !== undefined && target !== "" && !found.includes(target)) {
      found[index] = target;
    }
  });
  for (const [target, known] of Object.entries(NAMES)) {
    const name = found.includes(target as Target) ? undefined : known.find((each) => names.includes(each) && shape[each] !== "");
    const at = name === undefined ? -1 : names.findIndex((each, index) => each === name && found[index] === "");
    if (at >= 0) {
      found[at] = target as Target;
    }
  }
  for (const { key, label } of own) {
    const at = names.findIndex((name, index) => found[index] === "" && name !== "" && [plain(label), plain(key)].includes(name));
    if (at >= 0) {
      found[at] = ownTarget(key);
    }
  }
  // The whole name adds nothing to its parts.
  const whole = found.indexOf("full_name");
  if (whole >= 0 && found.includes("first_name")) {
    found[whole] = "";
  }
  return found;
}

/** The columns by another choice of one of them: a field that another column had goes to this one. */
export function chosen(columns: readonly Target[], index: number, target: Target): Target[] {
  return columns.map((old, at) => (at === index ? target : old === target && target !== "" ? "" : old));
}
