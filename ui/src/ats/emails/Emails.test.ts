import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeBackend } from "../../backend/fake";
import { go, route } from "../../shared/route.svelte";
import { testids } from "../../shared/testids";
import { openWithPeople, settled } from "../../shared/testing/window";
import { toasts } from "../../shared/writes.svelte";
import CandidateView from "../candidates/CandidateView.svelte";
import MailTemplates from "./MailTemplates.svelte";

let fake: FakeBackend;
let close: () => void;

beforeEach(async () => {
  ({ fake, close } = await openWithPeople());
});

afterEach(() => {
  cleanup();
  close();
});

async function open(candidate: string): Promise<void> {
  render(CandidateView, { id: candidate });
  await settled();
}

const emails = (): HTMLElement[] => screen.getAllByTestId(testids.email);
const type = (testid: string, value: string): Promise<boolean> => fireEvent.input(screen.getByTestId(testid), { target: { value } });
const template = (): HTMLElement => within(document.querySelector("dialog") as HTMLElement).getByLabelText("Template");

describe("the correspondence with a candidate", () => {
  it("is shown with what became of each, the newest first", async () => {
    await open("candidate-1");
    expect(emails().map((email) => email.dataset.status)).toEqual(["waiting", "received", "sent"]);
    expect(emails()[0]?.textContent).toContain("Waits to be sent");
    const received = emails()[1] as HTMLElement;
    expect(received.textContent).toContain("migration.pdf");
    expect(received.textContent).not.toContain("> when would");
    await fireEvent.click(within(received).getByText("Show what it quotes"));
    expect(received.textContent).toContain("> when would");
  });

  it("says why one was not sent, and lets it be written again", async () => {
    await open("candidate-2");
    expect(emails()[0]?.textContent).toContain("There is no such mailbox");
    await fireEvent.click(screen.getByText("Write again"));
    expect(screen.getByTestId<HTMLInputElement>(testids.emailTo).value).toBe("nobody@old-company.example");
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.emailBody).value).toBe("Hello.");
  });

  it("is none of who does not see how to reach candidates", async () => {
    close();
    ({ fake, close } = await openWithPeople({ contacts: false }));
    await open("candidate-1");
    expect(screen.queryAllByTestId(testids.email)).toEqual([]);
    expect(screen.queryByTestId(testids.emailNew)).toBeNull();
  });
});

describe("writing to a candidate", () => {
  it("fills a template in and sends exactly what is seen", async () => {
    await open("candidate-20");
    await fireEvent.click(screen.getByTestId(testids.emailNew));
    await settled();
    await fireEvent.change(template(), { target: { value: "mail-template-0" } });
    const body = screen.getByTestId<HTMLTextAreaElement>(testids.emailBody);
    expect(body.value).toMatch(/^Hello \S+,\n\nWhen would half an hour suit you\?\n\nCamille Fortin\nNorth Star Staffing$/);
    await type(testids.emailTo, " grace@example.org ");
    await fireEvent.click(screen.getByTestId(testids.emailSend));
    await settled();
    const made = [...fake.tables.emails.values()].find(({ fields }) => fields.candidate_id === "candidate-20");
    expect(made?.fields).toMatchObject({ address: "grace@example.org", application_id: "application-20", direction: "out", status: "waiting", body: body.value, answers_id: null });
    expect(made?.fields.subject).toMatch(/: let us talk$/);
  });

  it("sends nothing that is not filled in, has no address, or says nothing", async () => {
    await open("candidate-20");
    const created = vi.spyOn(fake, "create");
    await fireEvent.click(screen.getByTestId(testids.emailNew));
    await settled();
    await type(testids.emailTo, "nobody");
    await type(testids.emailBody, "Hello {{nobody}}");
    await fireEvent.click(screen.getByTestId(testids.emailSend));
    await settled();
    const dialog = document.querySelector("dialog")?.textContent ?? "";
    expect(dialog).toContain("Write an e-mail address");
    expect(dialog).toContain("Nobody knows what {{nobody}} stands for");
    expect(dialog).toContain("Say what it is about.");
    expect(created).not.toHaveBeenCalled();
  });

  it("keeps what was begun when the form is closed, and what was typed from being replaced unasked", async () => {
    await open("candidate-20");
    await fireEvent.click(screen.getByTestId(testids.emailNew));
    await settled();
    await type(testids.emailBody, "My own words");
    await fireEvent.change(template(), { target: { value: "mail-template-1" } });
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.emailBody).value).toBe("My own words");
    expect(document.body.textContent).toContain("would replace what you wrote");
    await fireEvent.click(screen.getByText("Cancel"));
    await fireEvent.click(screen.getByTestId(testids.emailNew));
    await settled();
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.emailBody).value).toBe("My own words");
    await fireEvent.change(template(), { target: { value: "mail-template-1" } });
    await fireEvent.click(screen.getByText("Replace it"));
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.emailBody).value).toContain("go on with others");
  });

  it("answers in the same conversation, quoting", async () => {
    await open("candidate-1");
    await fireEvent.click(screen.getByTestId(testids.emailAnswer));
    await settled();
    expect(screen.getByTestId<HTMLInputElement>(testids.emailSubject).value).toBe("Re: Backend engineer: let us talk");
    const body = screen.getByTestId<HTMLTextAreaElement>(testids.emailBody);
    expect(body.value).toMatch(/wrote:\n> Tomorrow at ten/);
    await type(testids.emailBody, `Good.${body.value}`);
    await fireEvent.click(screen.getByTestId(testids.emailSend));
    await settled();
    const made = [...fake.tables.emails.values()].find(({ fields }) => fields.body.startsWith("Good."));
    expect(made?.fields).toMatchObject({ answers_id: "email-2", candidate_id: "candidate-1" });
  });
});

describe("an e-mail that waits", () => {
  it("is called back by who wrote it, and that is taken back like everything", async () => {
    await open("candidate-20");
    await fireEvent.click(screen.getByTestId(testids.emailNew));
    await settled();
    await type(testids.emailTo, "grace@example.org");
    await type(testids.emailSubject, "Hello");
    await type(testids.emailBody, "Not yet.");
    await fireEvent.click(screen.getByTestId(testids.emailSend));
    await settled();
    const made = (): { deleted: boolean } | undefined => [...fake.tables.emails.values()].find(({ fields }) => fields.body === "Not yet.");
    expect(made()?.deleted).toBe(false);
    await fireEvent.click(screen.getByTestId(testids.emailRecall));
    await settled();
    expect(made()?.deleted).toBe(true);
    expect(screen.queryAllByTestId(testids.email)).toEqual([]);
  });

  it("cannot be called back once it went out, by Ctrl Z neither", async () => {
    await open("candidate-20");
    await fireEvent.click(screen.getByTestId(testids.emailNew));
    await settled();
    await type(testids.emailTo, "grace@example.org");
    await type(testids.emailSubject, "Hello");
    await type(testids.emailBody, "Gone.");
    await fireEvent.click(screen.getByTestId(testids.emailSend));
    await settled();
    expect(toasts().map(({ token }) => token !== null)).toEqual([true]);
    const made = [...fake.tables.emails.values()].find(({ fields }) => fields.body === "Gone.");
    await fake.edit({ kind: "emails", id: made?.id ?? "", edits: [{ op: "set", field: "status", value: "sent" }] });
    await settled();
    expect(toasts().map(({ token }) => token)).toEqual([null]);
    expect(screen.queryByTestId(testids.emailRecall)).toBeNull();
  });
});

describe("who is rejected", () => {
  it("can be written to afterwards: the e-mail opens about that application, and nothing is sent by itself", async () => {
    await open("candidate-20");
    const created = vi.spyOn(fake, "create");
    go({ name: "candidate", id: "candidate-20", write: "application-20" });
    await settled();
    expect(screen.getByTestId<HTMLSelectElement>(testids.emailAbout).value).toBe("application-20");
    expect(screen.getByTestId<HTMLTextAreaElement>(testids.emailBody).value).toBe("");
    expect(route()).toEqual({ name: "candidate", id: "candidate-20" });
    expect(created).not.toHaveBeenCalled();
  });
});

describe("templates of e-mails", () => {
  it("are made with placeholders, shown as they will look", async () => {
    render(MailTemplates);
    await settled();
    await fireEvent.click(screen.getByTestId(testids.mailTemplateNew));
    await type(testids.mailTemplateBody, "Dear {{first_name}}, {{what}}");
    expect(document.querySelector("dialog")?.textContent).toContain("Dear Grace");
    expect(document.querySelector("dialog")?.textContent).toContain("nothing that {{what}} stands for");
    await fireEvent.click(screen.getByTestId(testids.mailTemplateSave));
    await settled();
    expect(document.querySelectorAll("dialog [aria-invalid]").length).toBeGreaterThan(1);
    await type(testids.mailTemplateName, "Welcome");
    await type(testids.mailTemplateSubject, "Welcome");
    await type(testids.mailTemplateBody, "Dear {{first_name}}");
    await fireEvent.click(screen.getByTestId(testids.mailTemplateSave));
    await settled();
    expect([...fake.tables.mail_templates.values()].map(({ fields }) => fields.name)).toContain("Welcome");
  });
});
