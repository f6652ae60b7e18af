import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { contrast } from "../../shared/contrast";
import { setLanguage } from "../../shared/i18n/index.svelte";
import { leave } from "../../shared/leave";
import { testids } from "../../shared/testids";
import { openBeforeEach, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import { isZone } from "../../shared/zone";
import { accent, CONTRAST_MIN, GROUNDS, NEAR_BLACK, STEPS } from "./colors";
import { changesOf, CHARS_MAX, draftOf, isPeriod, LOGO_BYTES_MAX, LOGO_SIDE_MAX, ORIGINS_MAX, RETENTION_MONTHS_MAX } from "./draft";
import Workspace from "./Workspace.svelte";

let fake: FakeBackend;
openBeforeEach(
  (opened) => {
    leave();
    fake = opened;
  },
  { administers: true },
);

const field = (name: string): HTMLInputElement => document.querySelector<HTMLInputElement>(`[data-field="${name}"]`) ?? document.createElement("input");
const saving = (): HTMLButtonElement => screen.getByTestId<HTMLButtonElement>(testids.workspaceSave);
/** What is said beside a field. */
const saidAt = (name: string): string => document.getElementById(`${field(name).id}-error`)?.textContent ?? "";

async function open(): Promise<void> {
  render(Workspace);
  await settled();
}

async function save(): Promise<void> {
  await fireEvent.submit(screen.getByTestId(testids.workspaceForm));
  await settled();
}

describe("the settings of the workspace", () => {
  it("are saved as a whole, and only what was changed is sent", async () => {
    const sent = vi.spyOn(fake, "changeWorkspaceSettings");
    await open();
    expect(screen.getByTestId<HTMLAnchorElement>(testids.careerPage).href).toBe("https://north.example/careers/north/");
    expect(saving().disabled).toBe(true);
    await fireEvent.input(field("careers_tagline"), { target: { value: "Come and stay" } });
    await fireEvent.input(field("currency"), { target: { value: "eur" } });
    await fireEvent.input(field("careers_embed_origins"), { target: { value: "https://a.example\n\n https://b.example \n" } });
    expect(sent).not.toHaveBeenCalled();
    await save();
    expect(sent.mock.calls).toEqual([[{ careers_tagline: "Come and stay", currency: "EUR", careers_embed_origins: ["https://a.example", "https://b.example"] }]]);
    expect(saving().disabled).toBe(true);
    expect(field("careers_embed_origins").value).toBe("https://a.example\nhttps://b.example");
    expect(toasts().map(({ text }) => text)).toEqual(["Saved: everybody sees it from now on"]);
  });

  it("keep what was not saved while somebody looks elsewhere, and what was changed elsewhere meanwhile", async () => {
    await open();
    await fireEvent.input(field("careers_tagline"), { target: { value: "Stay" } });
    await settled();
    cleanup();
    await fake.changeWorkspaceSettings({ careers_contact: "Ask Ada" });
    await open();
    expect([field("careers_tagline").value, field("careers_contact").value, saving().disabled]).toEqual(["Stay", "Ask Ada", false]);
    cleanup();
    leave();
    await open();
    expect([field("careers_tagline").value, saving().disabled]).toEqual(["People who find people", true]);
  });

  it("say at each field what cannot be, and keep what was typed", async () => {
    await open();
    await fireEvent.input(field("careers_email"), { target: { value: "nobody" } });
    await fireEvent.input(field("name"), { target: { value: " " } });
    await save();
    expect([saidAt("name"), saidAt("careers_email"), saidAt("currency")]).toEqual(["This is needed.", "Write an e-mail address, as in name@example.com.", ""]);
    expect(document.activeElement).toBe(field("name"));
    expect(field("careers_email").value).toBe("nobody");
    setLanguage("fr");
    await settled();
    expect(saidAt("name")).toBe("Ce champ est nécessaire.");
    setLanguage("en");
    await settled();
    await fireEvent.click(screen.getByText("Discard changes"));
    expect([field("name").value, saidAt("name"), saving().disabled]).toEqual(["North Star Staffing", "", true]);
  });

  it("say the server's own words at a field for which there are no others", async () => {
    fake.changeWorkspaceSettings = () => Promise.reject({ code: "invalid-fields", message: "Some fields need another value.", fields: { careers_tagline: "Write plain text." } });
    await open();
    await fireEvent.input(field("careers_tagline"), { target: { value: "x" } });
    await save();
    expect(saidAt("careers_tagline")).toBe("Write plain text.");
  });

  it("take a number of months for which candidates are kept, and no other text", async () => {
    const sent = vi.spyOn(fake, "changeWorkspaceSettings");
    await open();
    for (const wrong of ["", "-1", "1.5", String(RETENTION_MONTHS_MAX + 1), "two"]) {
      await fireEvent.input(field("retention_months"), { target: { value: wrong } });
      await save();
      expect(saidAt("retention_months"), wrong).toContain(`from 0 to ${RETENTION_MONTHS_MAX}`);
    }
    expect(sent).not.toHaveBeenCalled();
    await fireEvent.input(field("retention_months"), { target: { value: "24" } });
    await save();
    expect(sent).toHaveBeenLastCalledWith({ retention_months: 24 });
    expect([isPeriod("0"), isPeriod(String(RETENTION_MONTHS_MAX)), isPeriod("1e2")]).toEqual([true, true, false]);
  });

  it("take no time zone that there is none of", async () => {
    const sent = vi.spyOn(fake, "changeWorkspaceSettings");
    await open();
    await fireEvent.input(field("timezone"), { target: { value: "America/Nowhere" } });
    await save();
    expect(saidAt("timezone")).toContain("Choose a time zone");
    expect(sent).not.toHaveBeenCalled();
    expect([isZone("Europe/Paris"), isZone("UTC"), isZone("")]).toEqual([true, true, false]);
    expect(document.querySelectorAll("datalist option").length).toBeGreaterThan(300);
  });

  it("say that the server is not there, and are asked for again", async () => {
    fake.setSync({ state: "offline" });
    await open();
    expect(screen.getByRole("status").textContent).toContain("cannot be reached");
    expect(screen.queryByTestId(testids.workspaceForm)).toBeNull();
    fake.setSync({ state: "up_to_date" });
    await fireEvent.click(screen.getByText("Try again"));
    await settled();
    expect(field("name").value).toBe("North Star Staffing");
    // What was typed outlives a network that goes.
    fake.setSync({ state: "offline" });
    await fireEvent.input(field("name"), { target: { value: "South" } });
    await save();
    expect([field("name").value, saving().disabled]).toEqual(["South", false]);
  });
});

describe("the logo", () => {
  const choose = async (file: File): Promise<void> => {
    await fireEvent.change(screen.getByTestId(testids.logoInput), { target: { files: [file] } });
    await settled();
  };

  it("is shown, replaced and taken away, and what is typed stays", async () => {
    const put = vi.spyOn(fake, "putLogo");
    await open();
    expect(screen.getByTestId<HTMLImageElement>(testids.logo).src).toMatch(/^blob:/);
    await fireEvent.input(field("careers_title"), { target: { value: "Typed" } });
    const before = screen.getByTestId<HTMLImageElement>(testids.logo).src;
    await choose(new File([new Uint8Array([1, 2, 3])], "logo.png", { type: "image/png" }));
    expect([...(put.mock.calls[0]?.[0] ?? [])]).toEqual([1, 2, 3]);
    expect(screen.getByTestId<HTMLImageElement>(testids.logo).src).not.toBe(before);
    await fireEvent.click(screen.getByTestId(testids.logoRemove));
    await settled();
    expect([screen.queryByTestId(testids.logo), screen.queryByTestId(testids.logoRemove)]).toEqual([null, null]);
    expect(field("careers_title").value).toBe("Typed");
  });

  it("is a picture that is taken, and no larger than the limit", async () => {
    const put = vi.spyOn(fake, "putLogo");
    await open();
    await choose(new File(["<svg/>"], "logo.svg", { type: "image/svg+xml" }));
    expect(screen.getByRole("alert").textContent).toContain("too large");
    await choose(new File([new Uint8Array(LOGO_BYTES_MAX + 1)], "large.png", { type: "image/png" }));
    expect(put).not.toHaveBeenCalled();
    await choose(new File([new Uint8Array(LOGO_BYTES_MAX)], "just.png", { type: "image/png" }));
    expect(put).toHaveBeenCalledOnce();
    expect(screen.queryByRole("alert")).toBeNull();
    put.mockRejectedValueOnce({ code: "unsupported-file", message: "x", fields: { careers_logo: "This picture is damaged." } });
    await choose(new File(["x"], "torn.png", { type: "image/png" }));
    expect(screen.getByRole("alert").textContent).toContain("stays as it was");
  });
});

describe("the colour", () => {
  const shown = (): [string | undefined, string | null][] => screen.queryAllByTestId(testids.workspacePreview).map((preview) => [preview.dataset.color, preview.textContent]);

  it("is shown as the career page makes it", async () => {
    await open();
    const color = screen.getByTestId<HTMLInputElement>(testids.workspaceColor);
    await fireEvent.input(color, { target: { value: "#FFE600" } });
    const [light, dark] = shown();
    expect(light?.[0]).not.toBe("#ffe600");
    expect(light?.[1]).toContain("darkened");
    expect(dark).toEqual(["#ffe600", expect.stringContaining("as chosen")]);
    await fireEvent.input(color, { target: { value: "yellow" } });
    expect(shown()).toEqual([]);
  });

  it("can be read in both schemes, whichever it is", () => {
    for (let step = 0; step < 256; step += 15) {
      const [one, other] = [step, (step * 7) % 256].map((channel) => channel.toString(16).padStart(2, "0"));
      for (const scheme of ["light", "dark"] as const) {
        const color = `#${one ?? ""}${other ?? ""}${one ?? ""}`;
        const { color: shown, on } = accent(color, scheme);
        expect(contrast(shown, GROUNDS[scheme]), color).toBeGreaterThanOrEqual(CONTRAST_MIN);
        expect(contrast(on, shown), color).toBeGreaterThanOrEqual(CONTRAST_MIN);
      }
    }
    expect(accent("#1f5f8b", "light")).toEqual({ color: "#1f5f8b", on: "#ffffff" });
    expect(accent("#ffe600", "dark")).toEqual({ color: "#ffe600", on: NEAR_BLACK });
    expect(accent("#000000", "dark").on).toBe(NEAR_BLACK);
  });
});

describe("what the window knows of the server", () => {
  const source = (file: string): string => readFileSync(`../sync-server/src/${file}`, "utf8");
  const constant = (file: string, name: string): string => new RegExp(`const ${name}: [^=]+ = ([^;]+);`).exec(source(file))?.[1] ?? "";
  const bytes = (color: string): string => `[${[1, 3, 5].map((at) => `0x${color.slice(at, at + 2)}`).join(", ")}]`;

  it("is what the server has: how a colour is made readable", () => {
    const assets = "careers/assets.rs";
    expect([constant(assets, "MIN_CONTRAST"), constant(assets, "STEPS")]).toEqual([String(CONTRAST_MIN), String(STEPS)]);
    expect(constant(assets, "LIGHT_BACKGROUND")).toBe(bytes(GROUNDS.light));
    expect(constant(assets, "DARK_BACKGROUND")).toBe(bytes(GROUNDS.dark));
    expect(constant(assets, "NEAR_BLACK")).toBe(bytes(NEAR_BLACK));
  });

  it("is what the server has: the limits, and what may be chosen", () => {
    const limit = (file: string, name: string): number => Number(constant(file, name).replaceAll("_", ""));
    expect(constant("tenants/logo.rs", "MAX_LOGO_BYTES")).toBe(`${String(LOGO_BYTES_MAX / 1_024)} << 10`);
    expect(limit("tenants/logo.rs", "MAX_SIDE")).toBe(LOGO_SIDE_MAX);
    expect(limit("limits.rs", "MAX_PERSON_CHARS")).toBe(CHARS_MAX.name);
    expect(limit("../../shared/src/kernel/limits.rs", "MAX_RETENTION_MONTHS")).toBe(RETENTION_MONTHS_MAX);
    const actions = "tenants/actions.rs";
    expect(limit(actions, "MAX_POLICY_URL_CHARS")).toBe(CHARS_MAX.careers_privacy_url);
    expect(["TAGLINE_CHARS", "ABOUT_CHARS", "CONTACT_CHARS", "LINKEDIN_DIGITS", "EMBED_ORIGINS"].map((name) => limit(actions, `MAX_${name}`)))
      .toEqual([CHARS_MAX.careers_tagline, CHARS_MAX.careers_about, CHARS_MAX.careers_contact, CHARS_MAX.careers_linkedin_id, ORIGINS_MAX]);
    const patch = /pub struct SettingsPatch \{([^}]*)\}/.exec(source(actions))?.[1] ?? "";
    const names = [...patch.matchAll(/pub (\w+):/g)].map(([, name]) => name).filter((name) => name !== "careers_survey");
    expect(Object.keys(draftOf(fakeChoices)).sort()).toEqual(names.sort());
    expect(changesOf(fakeChoices, draftOf(fakeChoices))).toEqual({});
  });

  let fakeChoices: Awaited<ReturnType<FakeBackend["workspaceSettings"]>>;
  beforeEach(async () => {
    fakeChoices = await fake.workspaceSettings();
  });
});
