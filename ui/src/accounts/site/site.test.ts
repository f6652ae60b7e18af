import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { SECTION_KINDS } from "../../backend/site";
import { setLanguage } from "../../shared/i18n/index.svelte";
import { leave } from "../../shared/leave";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import { blankSection, hasItems, instead, isWrong, MOST, PICTURE_BYTES_MAX, PICTURE_SIDE_MAX, slugOf } from "./content";
import SiteScreen from "./SiteScreen.svelte";

let fake: FakeBackend;
openBeforeEach(
  (opened) => {
    leave();
    fake = opened;
  },
  { administers: true },
);

const field = (name: string): HTMLInputElement => document.querySelector<HTMLInputElement>(`[data-field="${name}"]`) ?? document.createElement("input");
const saving = (): HTMLButtonElement => screen.getByTestId<HTMLButtonElement>(testids.siteSave);
const saidAt = (name: string): string => document.getElementById(`${field(name).id}-error`)?.textContent ?? "";

async function open(): Promise<void> {
  render(SiteScreen);
  await settled();
}

async function type(name: string, value: string): Promise<void> {
  await fireEvent.input(field(name), { target: { value } });
}

async function save(): Promise<void> {
  await fireEvent.submit(screen.getByTestId(testids.siteForm));
  await settled();
}

describe("the career pages", () => {
  it("are saved as a whole, in the place of the version that was read", async () => {
    const sent = vi.spyOn(fake, "saveCareerSite");
    await open();
    expect(saving().disabled).toBe(true);
    await type("hero_title.fr", "Venez");
    await save();
    expect(sent.mock.calls[0]?.[0]).toBe(1);
    expect(sent.mock.calls[0]?.[1].hero_title).toEqual({ en: "People who find people", fr: "Venez" });
    expect(saving().disabled).toBe(true);
    expect(toasts().map(({ text }) => text)).toEqual(["Saved: everybody sees it from now on"]);
    await type("hero_title.fr", "Revenez");
    await save();
    expect(sent.mock.calls[1]?.[0]).toBe(2);
  });

  it("keep what was not saved while somebody looks elsewhere, and forget it with them", async () => {
    await open();
    await type("hero_title.en", "Come");
    await settled();
    cleanup();
    await open();
    expect([field("hero_title.en").value, saving().disabled]).toEqual(["Come", false]);
    cleanup();
    leave();
    await open();
    expect([field("hero_title.en").value, saving().disabled]).toEqual(["People who find people", true]);
  });

  it("take sections of every kind, in an order, shown or hidden", async () => {
    const sent = vi.spyOn(fake, "saveCareerSite");
    await open();
    expect(screen.getAllByTestId(testids.siteSection).map(({ dataset }) => dataset.kind)).toEqual(["stats", "faq"]);
    await fireEvent.click(screen.getAllByLabelText("Move down")[0]!);
    await fireEvent.click(screen.getAllByLabelText("Show")[0]!);
    await fireEvent.change(screen.getAllByLabelText("Kind of section")[0]!, { target: { value: "text" } });
    await fireEvent.click(screen.getAllByTestId(testids.siteSectionAdd)[0]!);
    await type("sections.2.text.en", "Hello");
    await save();
    const sections = sent.mock.calls[0]?.[1].sections ?? [];
    expect(sections.map(({ kind, is_hidden }) => [kind, is_hidden])).toEqual([["faq", false], ["stats", false], ["text", false]]);
    expect(sections[2]?.text).toEqual({ en: "Hello", fr: "" });
  });

  it("take pages: a draft with an address of its title, which can be previewed once it is saved", async () => {
    const sent = vi.spyOn(fake, "saveCareerSite");
    await open();
    await fireEvent.click(screen.getByTestId(testids.sitePageAdd));
    await type("pages.1.title.en", "Our Café & team");
    await fireEvent.focusOut(field("pages.1.title.en"));
    await settled();
    expect(field("pages.1.slug").value).toBe("our-cafe-team");
    const preview = (): string[] => screen.getAllByText("Preview").map((link) => link.getAttribute("href") ?? "");
    expect(preview()).toEqual(["https://north.example/careers/north/?preview=1.secret", "https://north.example/careers/north/p/life-here/?preview=1.secret"]);
    await save();
    expect(sent.mock.calls[0]?.[1].pages[1]).toMatchObject({ slug: "our-cafe-team", is_published: false, in_navigation: true });
    expect(preview()).toHaveLength(3);
  });

  it("say at its place what cannot be, in the person's language, and keep what was typed", async () => {
    await open();
    await fireEvent.click(screen.getByTestId(testids.sitePageAdd));
    await type("pages.1.slug", "Life here!");
    await save();
    expect(saidAt("pages.1.slug")).toContain("as in life-here");
    expect(saidAt("pages.1.title.en")).toBe("This is needed.");
    expect(document.activeElement).toBe(field("pages.1.title.en"));
    setLanguage("fr");
    await settled();
    expect(saidAt("pages.1.slug")).toContain("la-vie-ici");
    setLanguage("en");
    expect(field("pages.1.slug").value).toBe("Life here!");
  });

  it("ask whose version is to stand when somebody else saved meanwhile", async () => {
    await open();
    await type("hero_title.en", "Mine");
    fake.saveSiteElsewhere({ hero_title: { en: "Theirs", fr: "" } });
    await save();
    await fireEvent.click(screen.getByTestId(testids.siteMine));
    await settled();
    expect((await fake.careerSite()).content.hero_title.en).toBe("Mine");
    fake.saveSiteElsewhere({ hero_title: { en: "Theirs", fr: "" } });
    await type("hero_title.en", "Mine again");
    await save();
    await fireEvent.click(screen.getByTestId(testids.siteTheirs));
    await settled();
    expect([field("hero_title.en").value, saving().disabled]).toEqual(["Theirs", true]);
  });

  it("take a picture that is described, and no file that is none", async () => {
    const sent = vi.spyOn(fake, "saveCareerSite");
    await open();
    const input = document.querySelector<HTMLInputElement>(`[data-testid=${testids.sitePicture}][data-field=cover]`)!;
    for (const wrong of [new File(["<svg/>"], "a.svg", { type: "image/svg+xml" }), new File([new Uint8Array(PICTURE_BYTES_MAX + 1)], "b.png", { type: "image/png" })]) {
      await fireEvent.change(input, { target: { files: [wrong] } });
      await settled();
      expect(screen.getByRole("alert").textContent).toContain("no such picture");
    }
    await fireEvent.change(input, { target: { files: [new File(["abc"], "c.png", { type: "image/png" })] } });
    await settled();
    expect(screen.queryByRole("alert")).toBeNull();
    await type("cover.alt.en", "The office");
    await save();
    expect(sent.mock.calls[0]?.[1].cover).toEqual({ hash: "3".padStart(64, "0"), alt: { en: "The office", fr: "" } });
  });

  it("say that the server is not there, and are asked for again", async () => {
    fake.setSync({ state: "offline" });
    await open();
    expect(screen.getByRole("status").textContent).toContain("cannot be reached");
    fake.setSync({ state: "up_to_date" });
    await fireEvent.click(screen.getByText("Try again"));
    await settled();
    expect(field("hero_title.en").value).toBe("People who find people");
  });
});

describe("what the window knows of the server", () => {
  const source = (file: string): string => readFileSync(`../sync-server/src/${file}`, "utf8");
  const limit = (file: string, name: string): number => Number((new RegExp(`const ${name}: [^=]+ = ([^;]+);`).exec(source(file))?.[1] ?? "").replaceAll("_", ""));
  const judge = "careers/content/judge.rs";

  it("is what the server has: the limits and the kinds", () => {
    const named: [string, number][] = [
      ["SECTIONS", MOST.sections], ["ITEMS", MOST.items], ["PAGES", MOST.pages], ["IN_NAVIGATION", MOST.in_navigation], ["TITLE_CHARS", MOST.title],
      ["LABEL_CHARS", MOST.label], ["TEXT_CHARS", MOST.text], ["ITEM_CHARS", MOST.item], ["NUMBER_CHARS", MOST.number], ["SUBTITLE_CHARS", MOST.subtitle],
      ["META_TITLE_CHARS", MOST.meta_title], ["META_DESCRIPTION_CHARS", MOST.meta_description], ["ALT_CHARS", MOST.alt], ["CONSENT_CHARS", MOST.consent],
      ["LINK_CHARS", MOST.link], ["SLUG_CHARS", MOST.slug], ["FAVICON_SIDE", MOST.favicon_side],
    ];
    named.forEach(([name, most]) => expect(limit(judge, `MAX_${name}`), name).toBe(most));
    expect(source("careers/content/pictures.rs")).toContain(`MAX_PICTURE_BYTES: usize = ${String(PICTURE_BYTES_MAX / 1_024)} << 10;`);
    expect(limit("tenants/logo.rs", "MAX_SIDE")).toBe(PICTURE_SIDE_MAX);
    const kinds = [...source("careers/content/model.rs").matchAll(/Self::\w+ => "(\w+)",/g)].map(([, name]) => name);
    expect(kinds).toEqual([...SECTION_KINDS, "unknown"]);
  });

  it("begins a section as its kind wants it", () => {
    SECTION_KINDS.forEach((kind) => expect(blankSection(kind).items.length).toBe(hasItems(kind) ? 1 : 0));
  });

  it("has words for what was refused, by its place", () => {
    expect(instead("pages.0.sections.2.text.fr", "Write at most 5000 characters.")).toEqual({ key: "site.wrong_long", most: 5_000 });
    expect(instead("sections.1.items.0.picture.alt.en", "x")?.key).toBe("site.wrong_alt");
    expect(instead("social.x", "x")?.key).toBe("site.wrong_social");
    expect(instead("hero_title.en", "Write plain text.")).toBeNull();
    expect([isWrong({ "pages.1.slug": "x" }, "pages.1"), isWrong({ "pages.10": "x" }, "pages.1")]).toEqual([true, false]);
    expect([slugOf("  L’été à Montréal "), slugOf("日本")]).toEqual(["l-ete-a-montreal", ""]);
  });
});
