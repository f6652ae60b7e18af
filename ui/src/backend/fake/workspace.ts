// What the workspace chooses for itself, in memory, judged a little as the server judges it; and the person's morning mail.

import type { Logo, WorkspaceChoices, WorkspaceSettings } from "../online";
import { refusal } from "./store";

/** A small PNG of 132 by 40 pixels. */
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAIQAAAAoCAMAAAAIRKIAAAAACVBMVEUAAAAfX4t6ipngIYYJAAAAAXRSTlMAQObYZgAAAGdJREFUeNrt1lEKwCAMBNFM73/o/gpCBGncUHcu4AMhSYTrHkYYYURjBCSK5+OMWCAgU5xBQKq4BwG54gCCMREC1oryGTWnfb2TRf8jut0lNxTOiS1FGFG0RVtcVv9D+OQ3wggjru0FvM4IfsImryYAAAAASUVORK5CYII=";
const CHOSEN: WorkspaceChoices = {
  name: "North Star Staffing", language: "en", currency: "CAD", timezone: "America/Toronto", mail_reply_to: "jobs@north.example",
  careers_title: "Work at North Star", careers_tagline: "People who find people", careers_color: "#e07a1f",
  careers_about: "We have brought people and companies together since 1998.\n\nSixty of us work in Montréal, Toronto and Halifax.",
  careers_contact: "Write to jobs@north.example or call 514 555-0142", careers_email: "jobs@north.example", careers_linkedin_id: "",
  careers_privacy_url: "https://www.north.example/privacy", careers_terms_url: "", careers_spontaneous: true, careers_embed_origins: ["https://www.north.example"],
  retention_months: 0,
};

/** What the server would refuse, by field. */
const RULES: { [field in keyof WorkspaceChoices]?: [RegExp, string] } = {
  name: [/\S/, "This is needed."],
  careers_title: [/\S/, "This is needed."],
  currency: [/^[A-Z]{3}$/, "Write three capital letters, as in USD."],
  careers_color: [/^#[0-9a-f]{6}$/, "Write a colour, as in #1f5f8b."],
  mail_reply_to: [/^$|@/, "Write an e-mail address, as in name@example.com."],
  careers_email: [/^$|@/, "Write an e-mail address, as in name@example.com."],
  careers_privacy_url: [/^$|^https:/, "Write an address that begins with https://."],
  careers_terms_url: [/^$|^https:/, "Write an address that begins with https://."],
  retention_months: [/^(\d|[1-9]\d|1[01]\d|120)$/, "Write a number of months from 0 to 120."],
  careers_linkedin_id: [/^\d{0,20}$/, "Write the number of the page on LinkedIn, digits only."],
};

/** The workspace at its server, which cannot be reached without a network. */
export class Workspace {
  #chosen = CHOSEN;
  #picture: Uint8Array | null = Uint8Array.from(atob(PICTURE), (letter) => letter.charCodeAt(0));
  #logo: Logo | null = { hash: "logo", media_type: "image/png", width: 132, height: 40 };
  #isWritten = true;
  #isTold = true;
  readonly #isOffline: () => boolean;
  readonly #host: () => string | undefined;

  constructor(isOffline: () => boolean, host: () => string | undefined) {
    this.#isOffline = isOffline;
    this.#host = host;
  }

  #reach(): void {
    if (this.#isOffline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  read(): WorkspaceSettings {
    this.#reach();
    const host = this.#host();
    const page = host === undefined ? "https://north.example/careers/north/" : `https://${host}/careers/`;
    return { ...this.#chosen, page, careers_logo: this.#logo };
  }

  change(change: Partial<WorkspaceChoices>): WorkspaceSettings {
    this.#reach();
    const wrong = Object.entries(RULES).filter(([field, [rule]]) => !rule.test(String(change[field as keyof WorkspaceChoices] ?? this.#chosen[field as keyof WorkspaceChoices])));
    if (wrong.length > 0) {
      throw refusal("invalid-fields", "Some fields need another value.", Object.fromEntries(wrong.map(([field, [, message]]) => [field, message])));
    }
    this.#chosen = { ...this.#chosen, ...change };
    return this.read();
  }

  /** For how many months candidates are kept: a computer remembers it without a network. */
  get retention(): number {
    return this.#chosen.retention_months;
  }

  picture(): Uint8Array {
    this.#reach();
    if (!this.#picture) {
      throw refusal("not-found", "There is nothing here.");
    }
    return this.#picture;
  }

  putLogo(bytes: Uint8Array): Logo {
    this.#reach();
    this.#picture = bytes;
    this.#logo = { hash: `logo-${String(bytes.length)}`, media_type: "image/png", width: 320, height: 80 };
    return this.#logo;
  }

  removeLogo(): null {
    this.#reach();
    this.#picture = null;
    this.#logo = null;
    return null;
  }

  dailyMail(): boolean {
    this.#reach();
    return this.#isWritten;
  }

  setDailyMail(on: boolean): boolean {
    this.#reach();
    this.#isWritten = on;
    return this.#isWritten;
  }

  assignmentMail(): boolean {
    this.#reach();
    return this.#isTold;
  }

  setAssignmentMail(on: boolean): boolean {
    this.#reach();
    this.#isTold = on;
    return this.#isTold;
  }
}
