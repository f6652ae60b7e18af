import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import type { Row } from "../../backend/types";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { areDocuments, DOCUMENTS_MAX, nameOfFile, readDocuments, withoutStreet } from "./documents";
import ImportScreen from "./ImportScreen.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const file = (name: string, text: string): File => new File([text], name);
const named = (first: string): Row<"candidates"> | undefined => [...fake.tables.candidates.values()].find(({ fields }) => fields.first_name === first);
const contactOf = (id: string | undefined): string | undefined => [...fake.tables.candidate_contacts.values()].find(({ fields }) => fields.candidate_id === id)?.fields.email;

async function bring(...files: File[]): Promise<void> {
  render(ImportScreen);
  await settled();
  await fireEvent.change(screen.getByTestId(testids.importFile), { target: { files } });
  for (let turn = 0; turn < 6; turn += 1) {
    await settled();
  }
}

async function begin(): Promise<void> {
  await fireEvent.click(screen.getByTestId(testids.importBegin));
  for (let turn = 0; turn < 6; turn += 1) {
    await settled();
  }
}

describe("résumés as people send them", () => {
  it("become candidates, each with their file; who cannot be read goes by the file's name", async () => {
    await bring(file("lovelace.pdf", "Ada Lovelace,ada@new.example"), file("Grace_Hopper-CV 2026.pdf", "nothing to read"));
    expect(screen.getByTestId(testids.importBegin).textContent).toContain("Import 2 candidates");
    await begin();
    const [ada, grace] = [named("Ada"), named("Grace")];
    expect([ada?.fields.last_name, ada?.fields.resume_name, contactOf(ada?.id)]).toEqual(["Lovelace", "lovelace.pdf", "ada@new.example"]);
    expect([grace?.fields.last_name, grace?.fields.resume_name, contactOf(grace?.id)]).toEqual(["Hopper", "Grace_Hopper-CV 2026.pdf", undefined]);
    expect(screen.getByTestId(testids.importDone).textContent).toContain("2 candidates were made");
  });

  it("are taken out of an archive, and what is none is named", async () => {
    await bring(file("all.zip", "archive\na.pdf|Ada Lovelace,ada@new.example\nb.pdf|Bob Byte,ada@new.example\nphoto.png"));
    expect(document.body.textContent).toContain("1 file is no document that is taken, or has more than 10 MB: photo.png");
    // Two with one address are one person, for somebody to look at.
    expect(screen.getByTestId(testids.importLeftOut).textContent).toContain("The address is in the table twice.");
    await begin();
    expect([named("Ada")?.fields.resume_name, named("Bob")]).toEqual(["a.pdf", undefined]);
  });

  it("in an archive that is none, or without a document, are refused with a sentence", async () => {
    await bring(file("torn.zip", "torn"));
    expect(screen.getByRole("alert").textContent).toContain("could not be read");
    await fireEvent.change(screen.getByTestId(testids.importFile), { target: { files: [file("pictures.zip", "archive\nphoto.png")] } });
    await settled();
    await settled();
    expect(screen.getByRole("alert").textContent).toContain("no document in this archive");
  });

  it("that cannot be attached are said, and the others go on", async () => {
    const attach = fake.attachResume.bind(fake);
    fake.attachResume = (id, name, bytes) => (name === "a.pdf" ? Promise.reject({ code: "disk-full", message: "The disk is full.", fields: {} }) : attach(id, name, bytes));
    await bring(file("a.pdf", "Ada Lovelace,ada@new.example"), file("b.pdf", "Bob Byte,bob@new.example"));
    await begin();
    expect(screen.getByTestId(testids.importLeftOut).textContent).toContain("The disk is full.");
    expect(named("Bob")?.fields.resume_name).toBe("b.pdf");
  });

  it("are brought by the hundred", async () => {
    const many = Array.from({ length: DOCUMENTS_MAX + 1 }, (_, index) => ({ name: `${index}.pdf`, bytes: new Uint8Array() }));
    expect(await readDocuments(many, () => undefined, () => false)).toBe("import.too_many_documents");
    const told: string[] = [];
    const some = await readDocuments(many.slice(0, 3), (done, total) => told.push(`${done}/${total}`), () => told.length === 2);
    expect(told).toEqual(["0/3", "1/3"]);
    expect(typeof some === "string" ? [] : some.sheet.rows.map(({ line }) => line)).toEqual([1, 2]);
  });
});

it.each([["555 La Verne Way, Palm Springs, CA", "Palm Springs, CA"], ["London, UK", "London, UK"], ["", ""]])("the place %j is %j", (place, parts) => {
  expect(withoutStreet(place)).toBe(parts);
});

describe("files", () => {
  it.each([
    [["a.pdf"], true], [["a.PDF", "b.docx"], true], [["all.zip"], true], [["a.pdf", "b.txt", "photo.png"], true], [["table.txt"], false], [["a.txt", "b.txt"], true],
    [["table.csv"], false], [["a.pdf", "table.csv"], false], [["resume.json"], false], [["book.xlsx"], false], [["photo.png"], false],
  ])("%j are résumés: %s", (names, are) => {
    expect(areDocuments(names)).toBe(are);
  });

  it.each([["Ada_Lovelace-CV.pdf", "Ada Lovelace"], ["CV Zoé B. (final) 2026-11.pdf", "Zoé B"], ["résumé.pdf", ""], ["scan0001.pdf", ""], ["Grace Hopper.v2.docx", "Grace Hopper"]])("named %s say %j", (name, person) => {
    expect(nameOfFile(name)).toBe(person);
  });
});
