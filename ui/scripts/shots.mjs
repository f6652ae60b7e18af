// Walks every screen over the in-memory engine in a headless Chromium, in both themes and at two sizes: writes a
// picture of each to `.shots/` and lets axe look for accessibility faults. Exits 1 on a serious finding.

import { createServer } from "node:http";
import { mkdir, readFile, rm } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SITE = join(ROOT, ".shots", "site");
const PICTURES = join(ROOT, ".shots", "pictures");
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];
const THEMES = ["light", "dark"];
const SERIOUS = ["serious", "critical"];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css" };
const only = process.argv[2];

const id = (name) => `[data-testid="${name}"]`;

/** Opens the history of the screen's record, or of the one with this id. */
async function openHistory(page, record) {
  await page.locator(record ? `${id("history-open")}[data-record="${record}"]` : id("history-open")).first().click();
  await page.locator(id("history-step")).first().waitFor();
}

/** Enters working hours as they are proposed, with a day off. */
async function enterHours(page, entry) {
  await page.locator(id(entry)).click();
  await page.locator(id("hours-holiday-new")).click();
  await page.locator("dialog input[maxlength]").last().fill("Holidays");
  await page.locator(id("hours-save")).click();
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** Every screen: its address, the wanted scenario, and what a person does before the picture is taken. */
const SCREENS = [
  { name: "sign-in", query: "session=signed_out&passphrase" },
  { name: "unlock", query: "session=locked" },
  { name: "first-download", query: "state=downloading" },
  { name: "jobs", hash: "/jobs", ready: id("job-row") },
  { name: "jobs-filter", hash: "/jobs?status=open&hirer=me&remote=hybrid", ready: id("job-row") },
  { name: "jobs-filter-none-french", hash: "/jobs?due=soon&internal=yes", query: "language=fr", ready: id("filter-clear") },
  { name: "jobs-empty", hash: "/jobs", query: "jobs=0&candidates=0&attention=none" },
  { name: "job-new", hash: "/jobs/new", ready: id("job-title") },
  { name: "job-edit", hash: "/jobs/job-13/edit", ready: id("job-title") },
  { name: "board", hash: "/jobs/job-0/board", ready: id("card") },
  { name: "job-team", hash: "/jobs/job-1/edit", ready: id("job-title"), act: async (page) => {
    await page.locator(id("job-team-add")).scrollIntoViewIfNeeded();
  } },
  { name: "job-more", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("job-more")).click();
    await page.getByRole("option").first().waitFor();
  } },
  { name: "job-reason", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("job-more")).click();
    await page.getByText("Call off", { exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Call off" }).click();
  } },
  { name: "job-openings", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("openings")).click();
    await page.locator(id("closed-opening")).waitFor();
  } },
  { name: "job-languages", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("translations")).click();
    await page.locator(id("translation")).waitFor();
  } },
  { name: "job-translation", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("translations")).click();
    await page.getByLabel("Edit the posting in French").click();
    await page.locator(id("translation-text")).first().fill("Pour un guru de la cuisine.");
    await page.locator(id("posting-check")).scrollIntoViewIfNeeded();
  } },
  { name: "job-visits-french", hash: "/jobs/job-0/board", query: "language=fr", ready: id("card"), act: async (page) => {
    await page.locator(id("visits")).click();
    await page.locator(id("job-views")).waitFor();
  } },
  { name: "job-over", hash: "/jobs", ready: id("job-row"), act: async (page) => {
    await page.getByRole("combobox").first().selectOption("closed");
    await page.locator(id("job-row")).first().click();
    await page.locator(id("job-note")).waitFor();
  } },
  { name: "job-check", hash: "/jobs/new", ready: id("job-title"), act: async (page) => {
    await page.locator(id("job-title")).fill("Rockstar baker");
    await page.getByLabel("Description", { exact: true }).fill("A young ninja with Canadian experience who fits our culture fit.");
    await page.getByLabel("State or province").fill("Ontario");
    await page.getByLabel("Country").fill("Canada");
    await page.locator(id("posting-check")).scrollIntoViewIfNeeded();
  } },
  { name: "job-questions", hash: "/jobs/new", ready: id("job-title"), act: async (page) => {
    for (const [nth, kind] of ["Yes or no", "One of several", "Number"].entries()) {
      await page.getByRole("button", { name: "Add a question" }).click();
      const question = page.getByRole("group", { name: `Question ${nth + 1}` });
      await question.getByLabel("Question", { exact: true }).fill(["May you work in Canada?", "Driving licence", "Years of practice"][nth]);
      await question.getByLabel("Kind of answer").selectOption({ label: kind });
    }
    await page.getByLabel("Options, one a line").fill("None\nCar\nLorry");
    await page.getByLabel("Rules out").first().selectOption({ label: "no" });
    await page.getByRole("checkbox", { name: "None" }).check();
    await page.getByLabel("less than").fill("2");
    await page.getByText("Rules out").last().scrollIntoViewIfNeeded();
  } },
  { name: "files", hash: "/candidates/candidate-7", ready: id("files"), act: async (page) => {
    const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.locator(id("files-input")).setInputFiles([file("Cover letter.txt", "Dear hiring team,\n\nI build engines."), file(`A very long name of a certificate ${"that goes on ".repeat(8)}.txt`, "Yale"), file("Portfolio 2026.txt", "My works")]);
    await page.locator(id("file")).nth(2).waitFor();
    await page.getByRole("button", { name: "Cover letter.txt", exact: true }).click();
    await page.locator(id("files")).scrollIntoViewIfNeeded();
  } },
  { name: "erase", hash: "/candidates/candidate-7", query: "administers", ready: id("erase"), act: async (page) => {
    await page.locator(id("erase")).click();
    await page.locator(id("erase-name")).fill("Not the name");
  } },
  { name: "erasures", hash: "/candidates/candidate-31", query: "administers", ready: id("erase"), act: async (page) => {
    await page.locator(id("erase")).click();
    const label = await page.getByRole("dialog").getByText("Type ").textContent();
    await page.locator(id("erase-name")).fill(label.replace("Type ", "").replace(" to confirm", ""));
    await page.locator(id("erase-submit")).click();
    await page.locator(id("nav-settings")).click();
    await page.locator(id("erasure")).scrollIntoViewIfNeeded();
  } },
  { name: "due", hash: "/candidates/due", query: "administers", ready: id("due-row") },
  { name: "due-none", hash: "/candidates/due", query: "administers&jobs=0&candidates=0&attention=none", ready: "main" },
  { name: "due-period", hash: "/settings", query: "administers", ready: id("due-open"), act: async (page) => {
    await page.locator(`${id("workspace-field")}[data-field="retention_months"]`).fill("1");
    await page.locator(id("workspace-save")).click();
    await page.locator(id("due-open")).click();
    await page.locator(id("due-row")).first().waitFor();
    for (const at of [0, 1, 2]) await page.locator(`${id("due-row")} input`).nth(at).click();
  } },
  { name: "due-erase-french", hash: "/settings", query: "administers&language=fr", ready: id("due-open"), act: async (page) => {
    await page.locator(`${id("workspace-field")}[data-field="retention_months"]`).fill("1");
    await page.locator(id("workspace-save")).click();
    await page.locator(id("due-open")).click();
    await page.locator(id("due-row")).first().waitFor();
    await page.locator("[role=columnheader] input").click();
    await page.locator(id("due-erase")).click();
  } },
  { name: "due-refused", hash: "/candidates/due", query: "administers&state=offline", ready: id("due-row"), act: async (page) => {
    await page.locator("[role=columnheader] input").click();
    await page.locator(id("due-erase")).click();
    await page.locator(id("erase-count")).fill(String(await page.locator(id("due-row")).count()));
    await page.locator(id("erase-many")).click();
    await page.locator(id("erase-refused")).waitFor();
  } },
  { name: "due-settings", hash: "/settings", query: "administers", ready: id("due-open"), act: async (page) => {
    await page.locator(`${id("workspace-field")}[data-field="retention_months"]`).fill("200");
    await page.locator(id("workspace-save")).click();
  } },
  { name: "application-knockout", hash: "/candidates/candidate-7", ready: id("note-input"), act: async (page) => {
    await page.getByText("What came with the application").first().click();
  } },
  { name: "import-begin", hash: "/import", ready: id("import-file") },
  { name: "import-look", hash: "/import", ready: id("import-file"), act: async (page) => {
    const rows = ["Ada Lovelace,ada@new.example,+44 20,Mathematician,\"London, UK\",linkedin.com/in/ada,Star;Speaks French,Conference,,,,,Met in Lyon", ",nobody@new.example,,,,,,,,,,,", "Bob Builder,not an address,,,,,,,,,,,"];
    const table = ["Full name,Email,Phone,Headline,Location,Links,Tags,Sources,Origin,Stage,Lever Posting URL,Resume Filename,Notes", ...rows].join("\n");
    await page.locator(id("import-file")).setInputFiles({ name: "lever.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
    await page.locator(id("import-left-out")).waitFor();
  } },
  { name: "import-done", hash: "/import", ready: id("import-file"), act: async (page) => {
    await page.locator(id("import-file")).setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("Name,Email\nAda,ada@new.example\nBob,b@new.example\n,c@x.org\n") });
    await page.locator(id("import-begin")).click();
    await page.locator(id("import-copy-rest")).waitFor();
  } },
  { name: "pipelines", hash: "/pipelines", ready: id("pipeline-row") },
  { name: "pipelines-empty", hash: "/pipelines", query: "jobs=0&candidates=0&attention=none" },
  { name: "pipeline-new", hash: "/pipelines/new", ready: id("pipeline-stage"), act: async (page) => {
    await page.getByLabel("Begin with").selectOption("executive");
  } },
  { name: "pipeline-edit", hash: "/pipelines", ready: id("pipeline-row"), act: async (page) => {
    await page.locator(id("pipeline-row")).first().getByRole("link").click();
    await page.locator(id("pipeline-stage")).first().waitFor();
    await page.getByRole("button", { name: "Add a stage" }).click();
    await page.locator(id("pipeline-save")).click();
  } },
  { name: "board-crowded", hash: "/jobs/job-0/board", query: "candidates=5000&state=offline", ready: id("card") },
  { name: "board-carry", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("card")).first().focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
  } },
  { name: "board-reject", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("card")).first().focus();
    await page.keyboard.press("r");
    await page.locator(id("reject-reason")).waitFor();
  } },
  { name: "board-bulk", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("card")).first().focus();
    for (const key of ["x", "j", "x", "j", "x", "m"]) await page.keyboard.press(key);
  } },
  { name: "board-moved", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("card")).first().focus();
    for (const key of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(key);
    await page.locator(id("undo")).waitFor();
  } },
  { name: "board-drag", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    const card = await page.locator(id("card")).first().boundingBox();
    const column = await page.locator(`[data-stage="stage-1"]`).boundingBox();
    await page.mouse.move(card.x + 60, card.y + 20);
    await page.mouse.down();
    await page.mouse.move(column.x + 80, column.y + 200, { steps: 6 });
    await page.mouse.up();
    await page.getByText("moved to Screening").first().waitFor();
  } },
  { name: "list", hash: "/jobs/job-0/list", query: "candidates=5000", ready: id("application-row") },
  { name: "board-filter", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("filter-assignee")).selectOption("nobody");
    await page.locator(id("filter-more")).click();
    await page.locator(id("filter-days")).fill("4");
  } },
  { name: "board-assign", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("card")).first().focus();
    for (const key of ["x", "j", "x", "a"]) await page.keyboard.press(key);
    await page.locator(id("assign-input")).waitFor();
  } },
  { name: "list-filter-french", hash: "/jobs/job-0/list", query: "language=fr", ready: id("application-row"), act: async (page) => {
    await page.locator(id("filter-assignee")).selectOption("me");
    await page.locator(id("filter-more")).click();
    await page.locator(id("application-row")).first().getByRole("checkbox").check();
  } },
  { name: "work", hash: "/my-work/mine", ready: id("work-row") },
  { name: "work-late", hash: "/my-work/late", ready: id("work-row") },
  { name: "work-crowded-french", hash: "/my-work/open", query: "candidates=8000&language=fr", ready: id("work-row"), act: async (page) => {
    await page.locator(id("filter-text")).fill("a");
    await page.locator(id("work-row")).nth(1).getByRole("checkbox").check();
  } },
  { name: "work-empty", hash: "/my-work/mine", query: "jobs=0&candidates=0&attention=none" },
  { name: "work-at", hash: "/my-work/mine", ready: id("work-row"), act: async (page) => {
    await page.locator(id("work-row")).first().click();
    await page.locator(id("note-input")).waitFor();
  } },
  { name: "candidates", hash: "/candidates", ready: id("candidate-row") },
  { name: "candidates-20000", hash: "/candidates", query: "candidates=20000", ready: id("candidate-row") },
  { name: "candidates-bulk", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    for (const at of [0, 2, 3]) await page.locator(`${id("candidate-row")} input`).nth(at).click();
  } },
  { name: "candidates-bulk-pool-french", hash: "/candidates", query: "language=fr", ready: id("candidate-row"), act: async (page) => {
    await page.locator(id("pools-open")).click();
    await page.locator(`${id("pool-row")}[data-pool="pool-1"]`).click();
    await page.locator(`${id("pool-row")}[aria-current="true"]`).waitFor();
    await page.locator(`${id("candidate-row")} input`).first().click();
  } },
  { name: "candidates-bulk-tags", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    for (const at of [0, 1, 2, 3, 4, 5]) await page.locator(`${id("candidate-row")} input`).nth(at).click();
    await page.locator(id("chosen-tags")).click();
    await page.locator("dialog [role=option]").first().waitFor();
  } },
  { name: "candidates-bulk-added", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    for (const at of [0, 1, 2, 3, 4, 5]) await page.locator(`${id("candidate-row")} input`).nth(at).click();
    await page.keyboard.press("a");
    await page.locator("dialog [role=option]").first().click();
    await page.locator(id("undo")).waitFor();
  } },
  { name: "candidates-bulk-mail", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    for (const at of [0, 1, 2]) await page.locator(`${id("candidate-row")} input`).nth(at).click();
    await page.keyboard.press("w");
    await page.locator(id("bulk-mail-subject")).fill("A new job");
    await page.locator(id("bulk-mail-body")).fill("Dear {{first_name}},\n\nwe have something for you.");
  } },
  { name: "pools", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    await page.locator(id("pools-open")).click();
    await page.locator(`${id("pool-row")}[data-pool="pool-1"]`).click();
    await page.locator(`${id("pool-row")}[aria-current="true"]`).waitFor();
    await page.locator(`${id("candidate-row")} input`).first().click();
  } },
  { name: "search-conditions", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    await page.locator(id("search-filters")).click();
    for (const what of ["years_experience", "skills", "applications.stage_id", "candidate_contacts.email"]) {
      await page.locator(id("search-add")).click();
      await page.locator(`${id("search-condition")}:last-of-type select`).first().selectOption(what);
    }
    await page.locator(`${id("search-condition")} input`).first().fill("5");
  } },
  { name: "search-saved-french", hash: "/candidates", query: "language=fr", ready: id("candidate-row"), act: async (page) => {
    await page.locator(id("search-filters")).click();
    await page.locator(id("search-add")).click();
    await page.locator(`${id("search-condition")} input`).first().fill("a");
    await page.locator(id("search-save")).click();
    await page.locator(id("search-name")).fill("Prénoms en a, une recherche dont le nom est vraiment très long");
    await page.locator(id("search-save-now")).click();
    await page.locator(id("search-delete")).waitFor();
  } },
  { name: "duplicates", hash: "/candidates/duplicates", ready: id("duplicate-pair") },
  { name: "duplicates-empty", hash: "/candidates/duplicates", query: "jobs=0&candidates=0&attention=none" },
  { name: "duplicates-many-french", hash: "/candidates/duplicates", query: "candidates=5000&language=fr", ready: id("duplicate-pair") },
  { name: "duplicates-told-apart", hash: "/candidates/duplicates", ready: id("duplicate-pair"), act: async (page) => {
    await page.locator(id("duplicate-distinct")).first().click();
    await page.locator(id("undo")).waitFor();
  } },
  { name: "comparison", hash: "/candidates/duplicates", ready: id("duplicate-pair"), act: async (page) => {
    await page.locator(id("duplicate-compare")).first().click();
    await page.locator(id("comparison")).waitFor();
  } },
  { name: "comparison-chosen", hash: "/candidates/duplicates", query: "language=fr", ready: id("duplicate-pair"), act: async (page) => {
    await page.locator(id("duplicate-compare")).first().click();
    await page.locator(`${id("comparison-choice")}[data-field="current_title"][data-side="second"]`).click();
    await page.locator(`${id("comparison-same")} summary`).click();
    await page.locator(`${id("comparison-same")} dd`).last().scrollIntoViewIfNeeded();
  } },
  { name: "duplicates-banner", hash: "/candidates/candidate-12", ready: id("duplicate-banner") },
  { name: "duplicates-together", hash: "/candidates/candidate-12", ready: id("duplicate-banner"), act: async (page) => {
    await page.locator(id("duplicate-compare")).click();
    await page.locator(id("merge")).click();
    await page.locator(id("merged")).waitFor();
  } },
  { name: "candidate-new", hash: "/candidates", ready: id("candidate-row"), act: (page) => page.locator(id("candidate-new")).click() },
  { name: "candidate-pdf", hash: "/candidates/candidate-0", ready: "canvas" },
  { name: "candidate-text-long-name", hash: "/candidates/candidate-3", ready: id("note-input") },
  { name: "candidate-rtl", hash: "/candidates/candidate-5", ready: id("note-input") },
  { name: "candidate-facts", hash: "/candidates/candidate-8", ready: id("note-input"), act: async (page) => {
    await page.getByText("More fields").first().click();
    await page.getByText("More fields").first().click();
  } },
  { name: "candidate-facts-empty", hash: "/candidates/candidate-1", query: "language=fr", ready: id("note-input"), act: async (page) => {
    await page.getByText("Plus de champs").first().click();
  } },
  { name: "candidate-referrer", hash: "/candidates/candidate-8", ready: id("note-input"), act: (page) => page.getByRole("button", { name: /^Referred by:/ }).click() },
  { name: "candidate-wish", hash: "/candidates/candidate-8", ready: id("note-input"), act: async (page) => {
    await page.getByRole("button", { name: /^Salary wish:/ }).click();
    await page.getByLabel("Highest salary wish").fill("60,000");
    await page.locator(id("wish-save")).click();
  } },
  { name: "candidate-new-referral", hash: "/candidates", ready: id("candidate-row"), act: async (page) => {
    await page.locator(id("candidate-new")).click();
    await page.getByRole("dialog").getByLabel("Source").selectOption("referral");
  } },
  { name: "candidate-viewer", hash: "/candidates/candidate-0", query: "contacts=none", ready: id("contact-hidden") },
  { name: "candidate-french", hash: "/candidates/candidate-6", query: "language=fr", ready: id("note-input") },
  { name: "interviews", hash: "/interviews", ready: id("interview") },
  { name: "interviews-empty", hash: "/interviews", query: "jobs=0&candidates=0&attention=none" },
  { name: "interviews-french", hash: "/interviews", query: "language=fr", ready: id("interview") },
  { name: "interview-new", hash: "/candidates/candidate-20", ready: id("interview-new"), act: async (page) => {
    await page.locator(id("interview-new")).click();
    await page.locator(id("interview-time")).fill("00:00");
    await page.getByLabel("The candidate’s time zone").selectOption("Asia/Tokyo");
    await page.getByLabel("Marie-Ève Lalonde").first().check();
  } },
  { name: "interview-wrong", hash: "/candidates/candidate-20", ready: id("interview-new"), act: async (page) => {
    await page.locator(id("interview-new")).click();
    await page.getByLabel("Camille Fortin").uncheck();
    await page.getByLabel("Link to the call").fill("zoom");
    await page.locator(id("interview-save")).click();
  } },
  { name: "interviews-answers", hash: "/candidates/candidate-6", ready: id("invitations"), act: (page) => page.locator(`${id("invitations")} summary`).click() },
  { name: "interviews-of-candidate", hash: "/candidates/candidate-6", ready: id("interview"), act: (page) => page.locator(id("scorecard")).first().scrollIntoViewIfNeeded() },
  { name: "scorecard-new", hash: "/candidates/candidate-6", ready: id("scorecard-new"), act: (page) => page.locator(id("scorecard-new")).click() },
  { name: "scorecard-needed", hash: "/candidates/candidate-6", ready: id("scorecard-new"), act: async (page) => {
    await page.locator(id("scorecard-new")).click();
    await page.locator(id("scorecard-give")).click();
  } },
  { name: "scorecard-templates", hash: "/scorecards", ready: id("scorecard-template-row") },
  { name: "scorecard-templates-empty", hash: "/scorecards", query: "jobs=0&candidates=0&attention=none" },
  { name: "scorecard-template-new", hash: "/scorecards", ready: id("scorecard-template-row"), act: async (page) => {
    await page.locator(id("scorecard-template-new")).click();
    await page.locator(id("scorecard-template-save")).click();
  } },
  { name: "emails", hash: "/candidates/candidate-1", ready: id("email"), act: (page) => page.locator(id("email")).nth(1).scrollIntoViewIfNeeded() },
  { name: "emails-failed-french", hash: "/candidates/candidate-2", query: "language=fr", ready: id("email"), act: (page) => page.locator(id("email")).first().scrollIntoViewIfNeeded() },
  { name: "email-new", hash: "/candidates/candidate-20", ready: id("email-new"), act: async (page) => {
    await page.locator(id("email-new")).click();
    await page.getByLabel("Template").selectOption("mail-template-0");
  } },
  { name: "email-needed", hash: "/candidates/candidate-21", ready: id("email-new"), act: async (page) => {
    await page.locator(id("email-new")).click();
    await page.locator(id("email-to")).fill("nobody");
    await page.locator(id("email-body")).fill("Hello {{nobody}}");
    await page.locator(id("email-send")).click();
  } },
  { name: "mail-templates", hash: "/mail-templates", ready: id("mail-template") },
  { name: "mail-templates-empty", hash: "/mail-templates", query: "jobs=0&candidates=0&attention=none" },
  { name: "mail-template-new", hash: "/mail-templates", ready: id("mail-template"), act: (page) => page.locator(id("mail-template")).first().click() },
  { name: "people", hash: "/people", ready: id("person") },
  { name: "people-open", hash: "/people", ready: id("person"), act: (page) => page.locator(id("person")).first().getByRole("button").first().click() },
  { name: "people-french", hash: "/people", query: "language=fr", ready: id("person"), act: (page) => page.locator(id("person")).nth(1).getByRole("button").first().click() },
  { name: "people-empty", hash: "/people", query: "jobs=0&candidates=0&attention=none" },
  { name: "onboarding-templates", hash: "/onboarding", ready: id("onboarding-template") },
  { name: "onboarding-template-new", hash: "/onboarding", ready: id("onboarding-template"), act: async (page) => {
    await page.locator(id("onboarding-template")).first().click();
    await page.locator(id("onboarding-template-name")).fill("");
    await page.locator(id("onboarding-template-save")).click();
  } },
  { name: "offers", hash: "/offers", ready: id("offer-row") },
  { name: "offers-crowded-french", hash: "/offers", query: "candidates=480&offers=300&language=fr", ready: id("offer-row"), act: async (page) => {
    await page.locator(id("offer-row")).first().focus();
    for (let step = 0; step < 6; step += 1) await page.keyboard.press("PageDown");
  } },
  { name: "offers-expiring", hash: "/offers", ready: id("offer-row"), act: async (page) => {
    await page.locator(id("offer-filter")).selectOption("expiring");
    await page.locator(id("offer-days")).selectOption("14");
  } },
  { name: "offers-empty", hash: "/offers", query: "jobs=0&candidates=0&attention=none" },
  { name: "offers-none", hash: "/offers", ready: id("offer-row"), act: (page) => page.getByRole("searchbox").fill("nobody of that name") },
  { name: "offers-opened", hash: "/offers", ready: id("offer-row"), act: async (page) => {
    await page.locator(id("offer-row")).nth(2).focus();
    await page.keyboard.press("Enter");
    await page.locator(id("offer")).first().waitFor();
  } },
  { name: "offers-draft", hash: "/candidates/candidate-0", ready: id("offer"), act: (page) => page.locator(id("offer")).first().scrollIntoViewIfNeeded() },
  { name: "offers-approval", hash: "/candidates/candidate-1", ready: id("offer"), act: (page) => page.locator(id("offer")).first().scrollIntoViewIfNeeded() },
  { name: "offers-french", hash: "/candidates/candidate-2", query: "language=fr", ready: id("offer"), act: (page) => page.locator(id("offer")).first().scrollIntoViewIfNeeded() },
  { name: "offer-new", hash: "/candidates/candidate-20", ready: id("offer-new"), act: async (page) => {
    await page.locator(id("offer-new")).click();
    await page.locator(id("offer-salary")).fill("a lot");
    await page.locator(id("offer-save")).click();
  } },
  { name: "offer-send", hash: "/candidates/candidate-0", ready: id("offer"), act: async (page) => {
    await page.locator("[data-command=send_offer]").click();
    await page.locator(id("offer-to")).fill("nobody");
    await page.locator(id("offer-send")).click();
  } },
  { name: "offer-reason", hash: "/candidates/candidate-2", ready: id("offer"), act: (page) => page.locator("[data-command=counter_offer]").click() },
  { name: "resume-fill", hash: "/candidates/candidate-0", ready: id("resume-fill"), act: async (page) => {
    await page.locator(id("resume-fill")).click();
    await page.locator(id("resume-take")).waitFor();
  } },
  { name: "resume-scan", hash: "/candidates/candidate-1", query: "language=fr", ready: id("resume-fill"), act: async (page) => {
    await page.locator(id("resume-fill")).click();
    await page.getByRole("alert").waitFor();
  } },
  { name: "history-candidate", hash: "/candidates/candidate-0", ready: id("note-input"), act: (page) => openHistory(page) },
  { name: "history-restored", hash: "/candidates/candidate-0", ready: id("note-input"), act: async (page) => {
    await openHistory(page);
    await page.locator(`${id("history-restore")}[data-field="city"]`).click();
    await page.locator(id("undo")).waitFor();
  } },
  { name: "history-as-of", hash: "/candidates/candidate-0", ready: id("note-input"), act: async (page) => {
    await openHistory(page);
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    await page.locator(id("history-day")).fill(day);
    await page.locator(id("history-banner")).waitFor();
  } },
  { name: "history-job", hash: "/jobs/job-0/board", ready: id("card"), act: (page) => openHistory(page) },
  { name: "history-application", hash: "/candidates/candidate-0", ready: id("note-input"), act: (page) => openHistory(page, "application-0") },
  { name: "history-offline", hash: "/candidates/candidate-0", query: "state=offline", ready: id("note-input"), act: (page) => openHistory(page) },
  { name: "history-french", hash: "/candidates/candidate-6", query: "language=fr", ready: id("note-input"), act: (page) => openHistory(page) },
  { name: "history-rtl", hash: "/candidates/candidate-5", ready: id("note-input"), act: (page) => openHistory(page) },
  { name: "history-empty", hash: "/candidates/candidate-0", query: "history=none", ready: id("note-input"), act: async (page) => {
    await page.locator(id("history-open")).first().click();
    await page.locator(id("history-panel")).getByText("No changes yet").waitFor();
  } },
  { name: "search", hash: "/search/engineer", ready: id("search-hit") },
  { name: "search-start", hash: "/search" },
  { name: "palette", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rust");
  } },
  { name: "keys", hash: "/jobs/job-0/board", ready: id("card"), act: (page) => page.keyboard.press("?") },
  { name: "attention", hash: "/attention", ready: id("attention-item") },
  { name: "attention-empty", hash: "/attention", query: "attention=none" },
  { name: "settings", hash: "/settings" },
  { name: "settings-workspace", hash: "/settings", query: "administers", ready: id("logo"), act: (page) => page.locator(id("career-page")).evaluate((link) => link.scrollIntoView()) },
  { name: "settings-workspace-colour", hash: "/settings", query: "administers", ready: id("logo"), act: async (page) => {
    await page.locator(id("workspace-color")).fill("#ffe600");
    await page.locator(`${id("workspace-field")}[data-field="name"]`).fill("A workspace whose name is long enough to fill the line that it has in this form, and then some");
    await page.locator(id("workspace-preview")).first().scrollIntoViewIfNeeded();
  } },
  { name: "settings-workspace-wrong-french", hash: "/settings", query: "administers&language=fr", ready: id("logo"), act: async (page) => {
    await page.locator(`${id("workspace-field")}[data-field="currency"]`).fill("C");
    await page.locator(`${id("workspace-field")}[data-field="careers_email"]`).fill("nobody");
    await page.locator(`${id("workspace-field")}[data-field="careers_linkedin_id"]`).fill("acme");
    await page.locator(id("workspace-save")).click();
    await page.locator("[aria-invalid=true]").first().waitFor();
    await page.locator(`${id("workspace-field")}[data-field="careers_embed_origins"]`).scrollIntoViewIfNeeded();
  } },
  { name: "settings-workspace-offline", hash: "/settings", query: "administers&state=offline", act: (page) => page.getByText("Try again").nth(3).scrollIntoViewIfNeeded() },
  { name: "site", hash: "/site", query: "administers", ready: id("site-form") },
  { name: "site-page-french", hash: "/site", query: "administers&language=fr", ready: id("site-form"), act: async (page) => {
    await page.locator(id("site-page")).getByRole("button").first().click();
    await page.locator(id("site-page")).scrollIntoViewIfNeeded();
  } },
  { name: "site-wrong", hash: "/site", query: "administers", ready: id("site-form"), act: async (page) => {
    await page.locator(id("site-page-add")).click();
    await page.locator(id("site-save")).click();
    await page.locator("[aria-invalid=true]").first().waitFor();
  } },
  { name: "site-offline", hash: "/site", query: "administers&state=offline" },
  { name: "settings-feed", hash: "/settings", ready: id("feed-make"), act: (page) => page.locator(id("feed-make")).click() },
  { name: "settings-reasons", hash: "/settings", ready: id("reason-new"), act: (page) => page.locator(id("reason-row")).first().scrollIntoViewIfNeeded() },
  { name: "settings-reasons-form-french", hash: "/settings", query: "language=fr", ready: id("reason-new"), act: async (page) => {
    await page.locator(id("reason-new")).first().click();
    await page.locator(id("reason-save")).click();
    await page.locator("dialog [aria-invalid=true]").waitFor();
  } },
  { name: "job-ends", hash: "/jobs/job-0/board", ready: id("card"), act: async (page) => {
    await page.locator(id("job-more")).click();
    await page.getByText("Close job", { exact: true }).click();
    await page.locator(id("end-open")).waitFor();
    await page.locator(`${id("end-doing")}[data-doing=reject]`).click();
  } },
  { name: "rooms", hash: "/settings", ready: id("room-row"), act: (page) => page.locator(id("room-row")).last().scrollIntoViewIfNeeded() },
  { name: "rooms-form-french", hash: "/settings", query: "language=fr", ready: id("room-row"), act: async (page) => {
    await page.locator(id("room-new")).click();
    await page.locator(id("room-save")).click();
  } },
  { name: "interviews-past", hash: "/interviews", ready: id("interview"), act: (page) => page.locator(`${id("agenda-view")}[data-view=past]`).click() },
  { name: "interview-one-of", hash: "/candidates/candidate-20", ready: id("interview-new"), act: async (page) => {
    await page.locator(id("interview-new")).click();
    await page.locator(`${id("interview-any-of")} summary`).click();
    for (const at of [0, 1]) {
      await page.locator(`${id("interview-any-of")} input`).nth(at).check();
    }
    await page.locator(id("room-choice")).scrollIntoViewIfNeeded();
  } },
  { name: "hours", hash: "/settings", query: "administers", ready: id("hours-enter"), act: async (page) => {
    await enterHours(page, "hours-enter");
    await enterHours(page, "hours-of-all");
    await page.locator(id("hours")).scrollIntoViewIfNeeded();
  } },
  { name: "hours-empty", hash: "/settings", ready: id("hours-enter"), act: (page) => page.locator(id("hours")).scrollIntoViewIfNeeded() },
  { name: "hours-form", hash: "/settings", ready: id("hours-enter"), act: async (page) => {
    await page.locator(id("hours-enter")).click();
    await page.locator(id("hours-day")).first().getByRole("button").click();
    await page.locator(id("hours-holiday-new")).click();
  } },
  { name: "hours-wrong-french", hash: "/settings", query: "language=fr", ready: id("hours-enter"), act: async (page) => {
    await page.locator(id("hours-enter")).click();
    await page.locator(id("hours-day")).nth(2).locator("input[type=time]").nth(1).fill("08:00");
    await page.locator(id("hours-save")).click();
    await page.locator(`${id("hours-day")} [role=alert]`).waitFor();
  } },
  { name: "interview-notices", hash: "/settings", ready: id("hours-enter"), act: async (page) => {
    await page.locator(id("hours-enter")).click();
    await page.locator("dialog select").first().selectOption("Asia/Tokyo");
    await page.locator(id("hours-save")).click();
    await page.evaluate(() => (location.hash = "/candidates/candidate-20"));
    await page.locator(id("interview-new")).click();
    await page.locator(id("interview-time")).fill("12:00");
    await page.locator(id("interview-notice")).first().scrollIntoViewIfNeeded();
  } },
  { name: "mail", hash: "/mail", ready: id("mail-row") },
  { name: "mail-french", hash: "/mail", query: "language=fr", ready: id("mail-row") },
  { name: "mail-text", hash: "/mail", ready: id("mail-row"), act: async (page) => {
    await page.locator(`${id("mail-row")}[data-state="given_up"]`).getByRole("button").click();
    await page.locator(id("mail-text")).waitFor();
  } },
  { name: "mail-offline", hash: "/mail", query: "state=offline" },
  { name: "settings-french", hash: "/settings", query: "language=fr&state=offline" },
];

function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname).replace(/^(\.\.[/\\])+/, "");
    try {
      const body = await readFile(join(SITE, path === "/" ? "index.html" : path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/html" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function visit(browser, origin, screen, theme, size) {
  const context = await browser.newContext({ viewport: size, reducedMotion: "reduce" });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  page.on("console", (line) => line.type() === "error" && faults.push(`console: ${line.text()}`));
  try {
    await page.goto(`${origin}/?theme=${theme}&${screen.query ?? ""}#${screen.hash ?? ""}`);
    await page.locator(screen.ready ?? "h1, main").first().waitFor({ timeout: 10_000 });
    await screen.act?.(page);
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(PICTURES, `${screen.name}-${theme}-${size.width}.png`) });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) {
      faults.push(`the page is ${overflow} px wider than the window`);
    }
    const report = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
    for (const violation of report.violations) {
      const where = violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ");
      const line = `${violation.impact} ${violation.id}: ${where}`;
      if (SERIOUS.includes(violation.impact)) {
        faults.push(line);
      } else {
        console.log(`note  ${screen.name}: ${line}`);
      }
    }
  } catch (error) {
    faults.push(error.message.split("\n")[0]);
  }
  await context.close();
  return faults;
}

await rm(PICTURES, { recursive: true, force: true });
await mkdir(PICTURES, { recursive: true });
const server = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const screens = SCREENS.filter((each) => !only || each.name.startsWith(only));
const visits = screens.flatMap((screen) => THEMES.flatMap((theme) => SIZES.map((size) => ({ screen, theme, size }))));
let passed = 0;
let failed = 0;

async function work() {
  for (let next = visits.shift(); next; next = visits.shift()) {
    const { screen, theme, size } = next;
    const faults = await visit(browser, `http://127.0.0.1:${server.address().port}`, screen, theme, size);
    if (faults.length === 0) {
      passed += 1;
    } else {
      failed += 1;
      faults.forEach((fault) => console.log(`FAIL  ${screen.name} ${theme} ${size.width}: ${fault}`));
    }
  }
}
await Promise.all([work(), work()]);
await browser.close();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
