import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../../../backend/fake";
import type { Row } from "../../../backend/types";
import { testids } from "../../../shared/testids";
import { openBeforeEach, settled } from "../../../shared/testing/window";
import { toasts, undo } from "../../../shared/writes.svelte";
import CandidateView from "../CandidateView.svelte";
import { kindOf } from "./files";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const ADA = "candidate-0";
const beside = (): Row<"attachments">[] => [...fake.tables.attachments.values()].filter(({ deleted }) => !deleted);
const resume = (): string | null => fake.tables.candidates.get(ADA)?.fields.resume_hash ?? null;

async function open(): Promise<void> {
  render(CandidateView, { id: ADA });
  await settled();
}

async function choose(testid: string, ...files: File[]): Promise<void> {
  await fireEvent.change(screen.getByTestId(testid), { target: { files } });
  await settled();
  await settled();
}

const text = (name: string, content = "Hello"): File => new File([content], name, { type: "text/plain" });

describe("files of a candidate", () => {
  it("are kept with what their names say they are, and can be called something else, taken away and put back", async () => {
    await open();
    expect(screen.getByTestId(testids.files).textContent).toContain("Drop files here");
    await choose(testids.filesInput, text("Lettre de motivation.txt"), text("Diplôme.pdf", "%PDF-1.7"));
    expect(beside().map(({ fields }) => [fields.name, fields.kind]).sort()).toEqual([["Diplôme.pdf", "certificate"], ["Lettre de motivation.txt", "cover_letter"]]);
    const [row] = screen.getAllByTestId(testids.file).filter((each) => each.textContent.includes("Diplôme"));
    if (!row) {
      throw new Error("a row");
    }
    await fireEvent.change(within(row).getByLabelText("What Diplôme.pdf is"), { target: { value: "other" } });
    await settled();
    expect(beside().find(({ fields }) => fields.name === "Diplôme.pdf")?.fields.kind).toBe("other");
    await fireEvent.click(within(row).getByLabelText("Remove Diplôme.pdf"));
    await settled();
    expect(screen.getAllByTestId(testids.file)).toHaveLength(1);
    await undo();
    await settled();
    expect(screen.getAllByTestId(testids.file)).toHaveLength(2);
  });

  it("are shown where the résumé is, and saved", async () => {
    await open();
    await choose(testids.filesInput, text("portfolio.txt", "My works"));
    await fireEvent.click(screen.getByText("portfolio.txt"));
    await settled();
    const pane = screen.getByTestId(testids.resume);
    expect(pane.textContent).toContain("Portfolio");
    expect(pane.textContent).toContain("My works");
    await fireEvent.click(screen.getByTestId(testids.fileBack));
    await settled();
    expect(screen.getByTestId(testids.resume).textContent).not.toContain("My works");
    await fireEvent.click(screen.getByLabelText("Save portfolio.txt"));
    await settled();
    expect(toasts().at(-1)?.text).toBe("Saved as portfolio.txt in your downloads");
  });

  it("take the place of the résumé, which is kept beside, and all of it is taken back at once", async () => {
    await open();
    const before = resume();
    expect(before).not.toBeNull();
    await choose(testids.filesInput, text("cv 2026.txt", "New"));
    await fireEvent.click(screen.getByText("cv 2026.txt"));
    await settled();
    await fireEvent.click(screen.getByTestId(testids.fileUse));
    await settled();
    expect(resume()).toBe("upload-cv 2026.txt");
    expect(beside().map(({ fields }) => [fields.file_hash, fields.kind])).toEqual([[before, "resume"]]);
    await undo();
    await settled();
    expect([resume(), beside().map(({ fields }) => fields.name)]).toEqual([before, ["cv 2026.txt"]]);
  });

  it("that are put in as résumé leave the one before beside", async () => {
    await open();
    const before = resume();
    await choose(testids.resumeInput, text("newer.txt", "Newer"));
    expect([resume(), beside().map(({ fields }) => fields.file_hash)]).toEqual(["upload-newer.txt", [before]]);
  });

  it("of a wrong type or size are refused with a word, and the others are taken", async () => {
    await open();
    const large = text("large.txt");
    Object.defineProperty(large, "size", { value: 11 << 20 });
    await choose(testids.filesInput, text("virus.exe"), large, text("fine.txt"));
    expect(beside().map(({ fields }) => fields.name)).toEqual(["fine.txt"]);
    const failures = toasts().filter(({ error }) => error).map((each) => each.text);
    expect(failures.join(" ")).toContain("virus.exe");
    expect(failures.join(" ")).toContain("large.txt");
  });
});

describe("what a file is", () => {
  it.each([
    ["Ada_Lovelace_CV.pdf", "resume"], ["Curriculum vitæ.docx", "resume"], ["résumé.odt", "resume"], ["Cover letter.pdf", "cover_letter"], ["lettre-de-motivation.pdf", "cover_letter"],
    ["reference_letter.pdf", "reference"], ["Recommandation.pdf", "reference"], ["Relevé de notes.pdf", "certificate"], ["licence.pdf", "certificate"], ["Portfolio 2026.pdf", "portfolio"], ["scan001.pdf", "other"],
  ])("is read out of %s", (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });
});
