import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { openWindow, settled } from "../../shared/testing/window";
import { testids } from "../../shared/testids";
import ImportScreen from "./ImportScreen.svelte";
import { readResumes } from "./jsonresume";
import { readDay, readNotice, readSource, readWish } from "./cells";
import { chosen, guess, shapeOf } from "./mapping";
import { nameParts, plan, type Around } from "./plan";
import { FILE_MAX_BYTES, read, ROWS_MAX, write, type Sheet } from "./sheet";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const GREENHOUSE = "First Name,Last Name,Company,Title,Email,Phone,Social Media,Website,Address,Source,Who Gets Credit,Job,Milestone,Department,Office,Notes";
const LEVER = "Full name,Email,Phone,Headline,Location,Links,Tags,Sources,Origin,Stage,Lever Posting URL,Resume Filename,Notes";
const OPENCATS = "First Name,Last Name,E-Mail,Home Phone,Cell Phone,Address,City,State,Zip,Source,Key Skills,Current Employer,Web Site,Notes";

function sheet(text: string): Sheet {
  const found = read(bytes(text));
  if (typeof found === "string") {
    throw new Error(found);
  }
  return found;
}

function planned(text: string, part: Partial<Around> = {}): ReturnType<typeof plan> {
  const table = sheet(text);
  const around: Around = { known: new Set(), contacts: true, notes: true, tags: new Map(), pools: new Map(), own: [], people: new Map(), tag: null, job: null, now: 5, ...part };
  return plan(table, guess(table.headers, part.own ?? []), around);
}

describe("a table", () => {
  it("is read whatever its separator, its encoding and its line ends", () => {
    const expected = { headers: ["Name", "City"], rows: [{ line: 2, cells: ["Zoé, B.", "Orléans"] }] };
    expect(sheet("Name,City\r\n\"Zoé, B.\",Orléans\r\n\r\n")).toEqual(expected);
    expect(sheet("Name;City\n\"Zoé, B.\";Orléans")).toEqual(expected);
    expect(sheet("Name\tCity\n Zoé, B.\tOrléans ")).toEqual(expected);
    const latin = Uint8Array.from([...'Name,City\n"Zoé, B.",Orléans'].map((letter) => letter.charCodeAt(0)));
    expect(read(latin)).toEqual(expected);
    const wide = [..."\uFEFFName,City\n\"Zoé, B.\",Orléans"].flatMap((letter) => [letter.charCodeAt(0) & 0xff, letter.charCodeAt(0) >> 8]);
    expect(read(Uint8Array.from(wide))).toEqual(expected);
  });

  it("that is none is refused with a sentence", () => {
    expect(read(bytes(""))).toBe("import.empty");
    expect(read(bytes("Name\n \n,,\n"))).toBe("import.empty");
    expect(read(Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 10, 0]))).toBe("import.not_text");
    expect(read(new Uint8Array(FILE_MAX_BYTES + 1))).toBe("import.too_large");
    expect(read(bytes(`Name\n${"a\n".repeat(ROWS_MAX + 1)}`))).toBe("import.too_many_rows");
    expect(read(bytes('Name,City\n"Ada,Rome\nBob,Oslo\n'))).toBe("import.quotes");
    expect(read(bytes(`${"a,".repeat(300)}\nb`))).toBe("import.too_many_columns");
  });

  it("is written so that no cell is taken for a formula", () => {
    const rows = [["=1+1", "+1", "-1", "@x", "\t=x", "a\n=b", 'say "hi"']];
    const text = write(["a", "b", "c", "d", "e", "f", "g", "h"], rows);
    expect(text.split("\r\n")[1]).toMatch(/^"'=1\+1"\t"'\+1"\t"'-1"\t"'@x"\t/);
    // Read again it is what it was, as wide as its head.
    expect(sheet(text).rows[0]?.cells).toEqual(["=1+1", "+1", "-1", "@x", "=x", "a\n=b", 'say "hi"', ""]);
  });
});

describe("résumés in the form of JSON Resume", () => {
  const resume = {
    basics: {
      name: "Lena Vasquez", label: "Engineer", email: "lena@new.example", phone: "1", url: "https://lena.example", summary: "Built, things; well.",
      location: { city: "Lyon", region: "Rhône", countryCode: "FR" },
      profiles: [{ network: "GitHub", username: "lena v", url: "" }, { network: "LinkedIn", url: "https://www.linkedin.com/in/lena" }, null, 7],
    },
    work: [{ name: "Before", position: "Engineer", endDate: "2020-01-01" }, { name: "Now", position: "Lead", startDate: "2020-02", highlights: ["Built it", 3] }, { summary: "Nowhere" }],
    education: [{ institution: "ETH", studyType: "MSc", area: "Logic", startDate: "soon", endDate: "2012" }, "none"],
    certificates: [{ name: "CPA", date: "2015-06-01" }],
    skills: [{ name: "Systems", keywords: ["Consensus", 5, "Logs"] }, { name: "Care" }, "no skill"],
    languages: [{ language: "Spanish" }, {}],
  };
  const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));

  it("become rows like any other", () => {
    const table = readResumes([json(resume), json([resume, { basics: { name: "Bob" } }])]);
    if (typeof table === "string") {
      throw new Error(table);
    }
    expect(table.rows.map(({ line }) => line)).toEqual([1, 2, 3]);
    const around: Around = { known: new Set(), contacts: true, notes: true, tags: new Map(), pools: new Map(), own: [], people: new Map(), tag: null, job: null, now: 5 };
    const rows = plan(table, guess(table.headers, []), around);
    expect(rows.map(({ reason }) => reason)).toEqual([null, "import.twice", null]);
    const id: unknown = expect.any(String);
    const lists = {
      experience: [
        { id, title: "Engineer", company: "Before", place: "", from: "", to: "2020-01", is_current: false, words: "" },
        { id, title: "Lead", company: "Now", place: "", from: "2020-02", to: "", is_current: true, words: "Built it" },
      ],
      education: [{ id, school: "ETH", degree: "MSc", field: "Logic", from: "", to: "2012" }],
      certificates: [{ id, name: "CPA", issuer: "", year: 2015 }],
    };
    expect(rows[0]?.requests).toEqual([
      { kind: "candidates", fields: { first_name: "Lena", last_name: "Vasquez", headline: "Engineer", summary: "Built, things; well.", city: "Lyon", state: "Rhône", country: "FR", current_title: "Lead", current_company: "Now", skills: ["Consensus", "Logs", "Care"], languages: ["Spanish"], source: "imported", tag_ids: [], ...lists } },
      { kind: "candidate_contacts", fields: { candidate_id: "$0", email: "lena@new.example", phone: "1", linkedin_url: "https://www.linkedin.com/in/lena", github_url: "https://github.com/lena%20v", website_url: "https://lena.example" } },
    ]);
    expect(rows[2]?.requests).toHaveLength(1);
  });

  it("that are none are refused with a sentence", () => {
    for (const wrong of [{}, [], { basics: [] }, { basics: {} }, "text", null, [resume, 3]]) {
      expect(readResumes([json(wrong)]), JSON.stringify(wrong)).toBe("import.no_resume");
    }
    expect(readResumes([bytes("{"), json(resume)])).toBe("import.no_resume");
    expect(readResumes([Uint8Array.from([0xff, 0xfe, 0xfd])])).toBe("import.no_resume");
    expect(readResumes([new Uint8Array(FILE_MAX_BYTES), new Uint8Array(1)])).toBe("import.too_large");
  });
});

describe("the workspace's own fields", () => {
  const option = (id: string, label: string): { id: string; label: string } => ({ id, label });
  const own = [
    { key: "visa", label: "Visa until", kind: "date", options: [] }, { key: "level", label: "Level", kind: "choice", options: [option("a", "High"), option("b", "Low")] },
    { key: "areas", label: "Areas", kind: "choices", options: [option("x", "Ads"), option("y", "Banks, funds")] }, { key: "drives", label: "Drives", kind: "yes_no", options: [] },
    { key: "rate", label: "Rate", kind: "money", options: [] }, { key: "by", label: "Found by", kind: "person", options: [] },
  ];

  it("are filled by columns of their names, as their types write values", () => {
    const rows = planned("First name;Visa until;LEVEL;Areas;Drives;Rate;Found by\nAda;2027-03-31;low;Ads; Oui;1 250,50 eur;Bob B.\nBob;;;;;;\nCid;soon;;;;;\nDee;;none;;;;\nEve;;;;;;nobody", {
      own, people: new Map([["bob b.", "member-2"]]),
    });
    expect(rows.map(({ reason }) => reason)).toEqual([null, null, "import.bad_own", "import.bad_own", "import.bad_own"]);
    expect(rows[0]?.requests[0]?.fields.custom).toEqual([
      { id: "visa", value: "2027-03-31" }, { id: "level", value: "b" }, { id: "areas", value: "x" }, { id: "drives", value: "yes" }, { id: "rate", value: "1250.50 EUR" }, { id: "by", value: "member-2" },
    ]);
    expect(rows[1]?.requests[0]?.fields).not.toHaveProperty("custom");
  });

  it("come back as our own table wrote them", () => {
    const rows = planned('First name,Areas\nAda,"Ads; Banks, funds"', { own });
    expect(rows[0]?.requests[0]?.fields.custom).toEqual([{ id: "areas", value: "x,y" }]);
    expect(guess(["Notes", "Level"], [{ key: "notes", label: "Notes" }, { key: "level", label: "x" }])).toEqual(["notes", "own:level"]);
  });
});

describe("pools", () => {
  it("are filled by the column of their name, as our own table writes them", () => {
    const rows = planned('First name,Pools\nAda,"Silver medalists; future ENGINEERS; unknown"\nBob,', { pools: new Map([["silver medalists", "p1"], ["future engineers", "p2"]]) });
    expect(rows[0]?.requests[0]?.fields.pool_ids).toEqual(["p1", "p2"]);
    expect(rows[1]?.requests[0]?.fields).not.toHaveProperty("pool_ids");
  });
});

describe("a cell", () => {
  it("is a day where which of two is the month is plain", () => {
    expect(["2026-01-31", "2026-01-31T10:00:00Z", "2026/1/5", "31.01.2026", "31/01/2026", "01/31/2026", "5/5/2026"].map(readDay)).toEqual([
      "2026-01-31", "2026-01-31", "2026-01-05", "2026-01-31", "2026-01-31", "2026-01-31", "2026-05-05",
    ]);
    expect(["", "03/04/2026", "2026-02-30", "31.13.2026", "January", "2026-01-311"].map(readDay)).toEqual([null, null, null, null, null, null]);
  });

  it("is a period of notice", () => {
    expect(["30", "2 weeks", "1 mois", "Immediately", "3 months", "90 d"].map(readNotice)).toEqual([30, 14, 30, 0, 90, 90]);
    expect(["", "soon", "-3", "9999", "2 moons", "1.5 months"].map(readNotice)).toEqual([null, null, null, null, null, null]);
  });

  it("is a wished pay", () => {
    const wish = (min: number | null, max: number | null, currency: string): unknown => ({ desired_salary_min: min, desired_salary_max: max, desired_salary_currency: currency });
    expect(readWish("60000", "")).toEqual(wish(6_000_000, null, "CAD"));
    expect(readWish("55k€", "")).toEqual(wish(5_500_000, null, "EUR"));
    expect(readWish("CHF 60’000 to 70’000", "")).toEqual(wish(6_000_000, 7_000_000, "CHF"));
    expect(readWish("5,000,000", "JPY")).toEqual(wish(5_000_000, null, "JPY"));
    for (const wrong of ["", "much", "70000 - 60000", "1-2-3", "= 5"]) {
      expect(readWish(wrong, ""), wrong).toBeNull();
    }
  });

  it("says how somebody came where its words do", () => {
    expect(["LinkedIn Recruiter", "Employee referral", "Indeed.com", "Agence Nord", "Fair", ""].map(readSource)).toEqual(["linkedin", "referral", "indeed", "agency", "imported", "imported"]);
  });
});

describe("the columns", () => {
  it("tell which program wrote them, and mean what it means by them", () => {
    expect([GREENHOUSE, LEVER, OPENCATS, "Name,Email"].map((text) => shapeOf(text.split(","))?.program ?? "")).toEqual(["Greenhouse", "Lever", "OpenCATS", ""]);
    const headers = ["Candidate Name", "Job Name", "Current Stage", "Application Status", "Email"];
    expect(guess(headers, [])).toEqual(["full_name", "", "stage", "", "email"]);
  });

  it("are known by the names that other programs give them", () => {
    expect(guess(GREENHOUSE.split(","), [])).toEqual([
      "first_name", "last_name", "current_company", "current_title", "email", "phone", "links", "website_url", "", "source_detail", "", "", "stage", "", "", "notes",
    ]);
    expect(guess(LEVER.split(","), [])).toEqual(["full_name", "email", "phone", "headline", "location", "links", "tags", "source_detail", "", "stage", "", "", "notes"]);
    expect(guess(OPENCATS.split(","), [])).toEqual(["first_name", "last_name", "email", "", "phone", "", "city", "state", "", "source_detail", "skills", "current_company", "website_url", "notes"]);
    expect(guess(["Prénom", "NOM", "Courriel", "Ville", "Nom complet"], [])).toEqual(["first_name", "last_name", "email", "city", ""]);
    expect(guess(["", "Email", "E-mail"], [])).toEqual(["", "email", ""]);
  });

  it("never say one field twice", () => {
    expect(chosen(["email", "phone", ""], 2, "email")).toEqual(["", "phone", "email"]);
    expect(chosen(["email", "phone", ""], 0, "")).toEqual(["", "phone", ""]);
  });
});

describe("a plan", () => {
  it("puts everything where it belongs", () => {
    const pipeline = { id: "p", fields: { stages: [{ id: "s0" }] } } as unknown as NonNullable<Around["job"]>["pipeline"];
    const [row] = planned(`${LEVER}\n"Lovelace, Ada",Ada@X.org,+33 1,Mathematician,"London, UK","linkedin.com/in/ada github.com/ada ada.example",Star;new,Fair,,,,,Kind`, {
      tags: new Map([["star", "t1"]]), tag: "t2", job: { id: "j", title: "Job", pipeline },
    });
    expect(row?.reason).toBeNull();
    expect(row?.requests).toEqual([
      { kind: "candidates", fields: { first_name: "Ada", last_name: "Lovelace", headline: "Mathematician", city: "London", country: "UK", source_detail: "Fair", skills: [], languages: [], source: "imported", tag_ids: ["t1", "t2"] } },
      { kind: "candidate_contacts", fields: { candidate_id: "$0", email: "Ada@X.org", phone: "+33 1", linkedin_url: "https://linkedin.com/in/ada", github_url: "https://github.com/ada", website_url: "https://ada.example" } },
      { kind: "applications", fields: { candidate_id: "$0", job_id: "j", pipeline_id: "p", stage_id: "s0", source: "imported", applied_at: 5 } },
      { kind: "notes", fields: { candidate_id: "$0", body: "Kind" } },
    ]);
  });

  it("leaves contact data out for who may not write them, and a contact that says nothing", () => {
    const kinds = (text: string, contacts: boolean): string[] => planned(text, { contacts })[0]?.requests.map(({ kind }) => kind) ?? [];
    expect(kinds("First name,Email\nAda,a@x.org", false)).toEqual(["candidates"]);
    expect(kinds("First name,Email\nAda,", true)).toEqual(["candidates"]);
  });

  it("says why a row is left out, with its line", () => {
    const rows = planned(`Name,Email,City\n,a@x.org,Rome\nBob,no address,Rome\nCleo,c@x.org,${"x".repeat(101)}\nDan,d@x.org,Rome\nDan,D@X.org,Rome\nEve,E@x.org,Rome`, { known: new Set(["e@x.org"]) });
    expect(rows.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "import.no_name"], [3, "import.bad_email"], [4, "import.too_long"], [5, null], [6, "import.twice"], [7, "import.known"],
    ]);
    expect(rows.filter((row) => row.reason !== null).every((row) => row.requests.length === 0)).toBe(true);
  });

  it("begins in the stage that a row names, where the job has it", () => {
    const stage = (id: string, name: string, kind: string): unknown => ({ id, name, kind, color: "", target_days: null });
    const stages = [stage("s0", "New", "new"), stage("s1", "Entretien téléphonique", "interview"), stage("s2", "Turned down", "rejected"), stage("s3", "Hired", "hired")];
    const job = { id: "j", title: "Job", pipeline: { id: "p", fields: { stages } } } as unknown as NonNullable<Around["job"]>;
    const text = "Name,Stage,Rejection reason\nAda A,entretien TELEPHONIQUE,\nBob B,Nowhere,\nCid C,turned down,Too far\nDee D,Turned down,\nEve E,hired,\nFay F,,";
    const rows = planned(text, { job });
    expect(rows.map(({ reason, strayed }) => [reason, strayed])).toEqual([[null, false], [null, true], [null, false], [null, false], ["import.stage_hired", false], [null, false]]);
    const made = rows.map(({ requests }) => requests[1]?.fields);
    expect(made.map((fields) => [fields?.stage_id, fields?.rejection_reason])).toEqual([
      ["s1", undefined], ["s0", undefined], ["s2", "Too far"], ["s2", "Decided before the import"], [undefined, undefined], ["s0", undefined],
    ]);
    const [long] = planned(`Name,Stage,Rejection reason\nCid C,Turned down,${"é".repeat(201)}`, { job });
    expect([long?.reason, long?.requests[1]?.fields.rejection_reason]).toEqual([null, "é".repeat(200)]);
    expect(planned(text).every(({ requests, reason }) => reason === null && requests.length === 1)).toBe(true);
  });

  it("keeps wishes, notices, notes and consent, and says which cannot be read", () => {
    const rows = planned('Name,Desired pay,Currency,Notice period,Notes,Source,Consent date\nAda A,"60,000 – 70,000",eur,2 weeks,"=Kind",LinkedIn (import),2026-01-31\nBob B,a lot,,,,,\nCid C,,,soon,,,\nDee D,,,,,,03/04/2026');
    expect(rows.map(({ reason }) => reason)).toEqual([null, "import.bad_wish", "import.bad_notice", "import.bad_day"]);
    const [candidate, contact, note] = rows[0]?.requests ?? [];
    expect(candidate?.fields).toMatchObject({ source: "linkedin", source_detail: "LinkedIn (import)", consent_on: "2026-01-31", consent_to_store: true });
    expect(contact?.fields).toEqual({ candidate_id: "$0", desired_salary_min: 6_000_000, desired_salary_max: 7_000_000, desired_salary_currency: "EUR", notice_period_days: 14 });
    expect(note?.fields).toEqual({ candidate_id: "$0", body: "=Kind" });
    // Who may not write contacts is not asked to mend what is left out.
    expect(planned("Name,Desired pay\nBob B,a lot", { contacts: false })[0]?.reason).toBeNull();
    expect(planned("Name,Notes\nBob B,Kind", { notes: false })[0]?.requests).toHaveLength(1);
  });

  it("tells states from countries", () => {
    const place = (text: string): unknown => planned(`Name,Location\nAda,"${text}"`)[0]?.requests[0]?.fields;
    expect(place("Montréal, QC")).toMatchObject({ city: "Montréal", state: "QC" });
    expect(place("Springfield, IL 62701")).toMatchObject({ city: "Springfield", state: "IL" });
    expect(place("London, UK")).toMatchObject({ city: "London", country: "UK" });
    expect(place("Austin, Texas, USA")).toMatchObject({ city: "Austin", state: "Texas", country: "USA" });
  });

  it("takes whoever comes first with an address and can be made", () => {
    const rows = planned("Name,Email\n,a@x.org\nAda,a@x.org\nEva,A@x.org");
    expect(rows.map(({ reason }) => reason)).toEqual(["import.no_name", null, "import.twice"]);
  });

  it("takes names apart as people write them", () => {
    expect(["Ada", "Ada King Lovelace", "Lovelace, Ada", "Ada,", "", "Prof. Dr Lena Vasquez", "Dr. Who", "Ada Lovelace, Ph.D."].map(nameParts)).toEqual([
      { first: "Ada", last: "" }, { first: "Ada", last: "King Lovelace" }, { first: "Ada", last: "Lovelace" }, { first: "Ada", last: "" }, { first: "", last: "" }, { first: "Lena", last: "Vasquez" }, { first: "Dr.", last: "Who" }, { first: "Ada", last: "Lovelace" },
    ]);
  });
});

describe("the screen", () => {
  let fake: FakeBackend;
  let close: () => void;

  beforeEach(async () => {
    ({ fake, close } = await openWindow());
    render(ImportScreen);
    await settled();
  });

  afterEach(() => {
    cleanup();
    close();
  });

  async function bring(text: string): Promise<void> {
    const file = new File([text], "people.csv", { type: "text/csv" });
    await fireEvent.change(screen.getByTestId(testids.importFile), { target: { files: [file] } });
    await settled();
    await settled();
  }

  it("shows what becomes of a table, makes it, and keeps what was refused", async () => {
    const [there] = [...fake.tables.candidate_contacts.values()];
    await bring(`First name,Last name,Email,Tags\nAda,Lovelace,ada@new.example,Star\nBob,Known,${there?.fields.email ?? ""},\nCleo,Refused,cleo@new.example,\n,Nameless,n@new.example,`);
    expect(screen.getAllByTestId(testids.importColumn)).toHaveLength(4);
    expect(within(screen.getByTestId(testids.importLeftOut)).getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      expect.stringContaining("Somebody here has this address."), expect.stringContaining("There is no name."),
    ]);
    const createMany = fake.createMany.bind(fake);
    fake.createMany = (requests, undoable) => (requests[0]?.fields.first_name === "Cleo" ? Promise.reject(Object.assign(new Error(), { code: "forbidden", message: "Not you.", fields: {} })) : createMany(requests, undoable));
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await fireEvent.click(screen.getByTestId(testids.importBegin));
    await vi.waitFor(() => expect(screen.getByText("1 candidate was made.")).toBeTruthy());
    const ada = [...fake.tables.candidates.values()].find((row) => row.fields.first_name === "Ada" && row.fields.last_name === "Lovelace");
    const tags = ada?.fields.tag_ids.map((id) => fake.tables.tags.get(id)?.fields.name);
    expect(tags).toEqual(["Star", expect.stringMatching(/^Import /)]);
    expect([...fake.tables.candidate_contacts.values()].find((row) => row.fields.candidate_id === ada?.id)?.fields.email).toBe("ada@new.example");
    await fireEvent.click(screen.getByTestId(testids.importCopyRest));
    const rest = sheet(copied.mock.calls[0]?.[0] ?? "");
    expect(rest.rows.map(({ cells }) => [cells[1], cells[4]])).toEqual([
      ["Known", "Somebody here has this address."], ["Refused", "Not you."], ["Nameless", "There is no name."],
    ]);
  });

  it("makes the pools that are not there, each once", async () => {
    await bring("Name,Pools\nAda A,Speakers\nBob B,speakers; Future engineers\nCid C,");
    await fireEvent.click(screen.getByTestId(testids.importBegin));
    await vi.waitFor(() => expect(screen.getByText("3 candidates were made.")).toBeTruthy());
    const speakers = [...fake.tables.pools.values()].filter(({ fields }) => fields.name === "Speakers");
    expect(speakers).toHaveLength(1);
    const pools = (name: string): string[] => [...fake.tables.candidates.values()].find(({ fields }) => fields.first_name === name && fields.source === "imported")?.fields.pool_ids ?? [];
    expect(pools("Ada")).toEqual([speakers[0]?.id]);
    expect(pools("Bob")).toEqual([speakers[0]?.id, "pool-0"]);
  });

  it("makes nobody twice, however fast one clicks, and stops where it is told to", async () => {
    await bring(`Name,Tags\n${Array.from({ length: 5 }, (_, index) => `Person ${index},VIP;vip`).join("\n")}`);
    const createMany = fake.createMany.bind(fake);
    let calls = 0;
    fake.createMany = async (requests, undoable) => {
      calls += 1;
      if (calls === 2) {
        await fireEvent.click(screen.getByText("Stop here"));
      }
      return createMany(requests, undoable);
    };
    const begin = screen.getByTestId(testids.importBegin);
    await Promise.all([fireEvent.click(begin), fireEvent.click(begin)]);
    await vi.waitFor(() => expect(screen.getByText("2 candidates were made.")).toBeTruthy());
    expect(calls).toBe(2);
    expect([...fake.tables.tags.values()].filter((tag) => tag.fields.name.toLowerCase() === "vip")).toHaveLength(1);
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await fireEvent.click(screen.getByTestId(testids.importCopyRest));
    expect(sheet(copied.mock.lastCall?.[0] ?? "").rows.map(({ cells }) => cells[0])).toEqual(["Person 2", "Person 3", "Person 4"]);
  });

  it("says what is wrong with a file", async () => {
    await bring("Name\n");
    expect(screen.getByRole("alert").textContent).toBe("There is no row in this file.");
    expect(screen.queryByTestId(testids.importBegin)).toBeNull();
  });
});
