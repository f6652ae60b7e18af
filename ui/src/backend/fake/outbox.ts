// The mail of the workspace in memory: one message of each sort, in every state.

import type { CalendarFeed, Invited, Mail, MailPage } from "../online";
import { refusal } from "./store";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function mails(now: number): Mail[] {
  const base = { to_name: "", language: "en", tries: 1, next_at: null, problem: "", sent_at: null };
  const text = "Hello,\n\nThe message as it is sent.\n\n-- \nSent by Zumodra for Maison Verte.";
  return [
    { ...base, id: "mail-1", template: "invitation", to: "noor.haddad@maisonverte.example", state: "waiting", tries: 0, next_at: now, subject: "Camille Roy invites you to Maison Verte", created_at: now - MINUTE_MS, text },
    { ...base, id: "mail-2", template: "application_received", to: "anaïs.with-a-very-long-address-that-does-not-fit@mail.université-de-quelque-part.example", state: "deferred", tries: 2, next_at: now + 7 * MINUTE_MS, problem: "451 4.7.1 Greylisted, please come again", subject: "Nous avons bien reçu votre candidature : Responsable de la formation continue et de l’accompagnement", language: "fr", created_at: now - 20 * MINUTE_MS, text },
    { ...base, id: "mail-3", template: "application_arrived", to: "camille@maisonverte.example", to_name: "Camille Roy", state: "sent", subject: "New application: Mateo García, Senior backend engineer", created_at: now - 3 * HOUR_MS, sent_at: now - 3 * HOUR_MS, text },
    { ...base, id: "mail-4", template: "invitation", to: "no.such.person@elsewhere.example", state: "given_up", problem: "550 5.1.1 There is no such mailbox", subject: "Camille Roy invites you to Maison Verte", created_at: now - 30 * HOUR_MS, text },
    { ...base, id: "mail-5", template: "password_reset", to: "camille@maisonverte.example", state: "sent", subject: null, created_at: now - 900 * HOUR_MS, sent_at: now - 900 * HOUR_MS, text: null },
  ];
}

/** The outbox of the server, which cannot be reached without a network. */
export class Outbox {
  #mails: Mail[];
  #hasFeed = false;
  readonly #isOffline: () => boolean;

  constructor(now: number, isOffline: () => boolean) {
    this.#mails = mails(now);
    this.#isOffline = isOffline;
  }

  #reach(): void {
    if (this.#isOffline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  page(state: string | null): MailPage {
    this.#reach();
    const found = this.#mails.filter((mail) => state === null || mail.state === state);
    return { count: found.length, configured: true, mails: found.map((mail) => ({ ...mail, text: null })) };
  }

  /** Who was told of an interview: nothing in this one depends on which. */
  invitations(): Invited[] {
    this.#reach();
    const told = { state: "invited", mail: "sent", answered_at: "2026-11-20T10:00:00Z" };
    return [
      { ...told, name: "Mateo García", audience: "candidate", answer: "accepted" },
      { ...told, name: "Marie-Ève Lalonde", audience: "member", answer: "tentative" },
      { ...told, name: "Camille Roy", audience: "member", mail: "waiting", answer: null, answered_at: null },
    ];
  }

  feed(change: "make" | "remove" | null): CalendarFeed {
    this.#reach();
    this.#hasFeed = change === null ? this.#hasFeed : change === "make";
    return { exists: this.#hasFeed, url: change === "make" ? "https://zumodra.example/calendar/a-long-secret-that-nobody-guesses.ics" : null };
  }

  one(id: string): Mail {
    this.#reach();
    const found = this.#mails.find((mail) => mail.id === id);
    if (!found) {
      throw refusal("not-found", "There is nothing here.");
    }
    return found;
  }

  change(id: string, state: string, from: string[]): Mail {
    const found = this.one(id);
    if (!from.includes(found.state)) {
      throw refusal("wrong-state", "This is not possible in the present state.");
    }
    const changed = { ...found, state };
    this.#mails = this.#mails.map((mail) => (mail.id === id ? changed : mail));
    return changed;
  }
}
