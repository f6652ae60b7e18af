// The engine in memory: the same contract as the real one, for component tests and for a plain browser.

import { JOB_COMMANDS } from "../../gen/job_states";
import type { KindName } from "../../gen/records";
import type {
  AttentionChoice, AttentionItem, Backend, CreateRequest, Device, EditRequest, Events, Past, Row, SessionInfo, Settings, SyncState, SyncStatus, Written,
} from "../types";
import { Alerts } from "./alerts";
import { Domains } from "./domains";
import { Held } from "./held";
import { CareerSite } from "./site";
import type { SiteContent } from "../site";
import { attentionItems } from "./attention";
import { attachmentOf, readDocument, resumeSteps, unpack, upload } from "./files";
import { blankHours, blankInterview, blankOffer, blankReference, blankRoom, blankTranslation, resumeSample } from "./blank";
import { blankEmail } from "./emails";
import { blankCandidate, blankContact, blankJob, COLLEAGUE, emptyTables, fill, ME, row, type Tables } from "./data";
import { Privacy } from "./erasures";
import { duePeople } from "./retention";
import { Survey } from "./survey";
import { jobViews } from "./views";
import { Workspace } from "./workspace";
import { Calendar } from "./calendar";
import { Outbox } from "./outbox";
import { Pasts } from "./past";
import { approvalSteps, awaitedBy } from "./approvals";
import { makePdf } from "./pdf";
import { duplicatePairs, mergeSteps, PAIRS_MAX, separateEdits } from "./duplicates";
import { boardOf, cardsOf, hits, jobSummaries, pageOf, poolSummaries, tagSummaries } from "./queries";
import { checkPoolName, editRows, listRows, refusal, shownAs, table } from "./store";

const ALL_ACTIONS = ["jobs", "job_translations", "pipelines", "candidates", "candidate_contacts", "applications", "interviews", "scorecard_templates", "scorecards", "offers", "candidate_references", "emails", "mail_templates", "saved_searches", "custom_fields", "pools", "working_hours", "rejection_reasons", "rooms", "approval_rules", "offer_templates", "onboarding_templates", "employees", "contracts", "onboardings", "notes", "attachments", "tags"].flatMap((kind) =>
  ["read", "create", "edit", "delete"].map((action) => `${kind}:${action}`),
);
const COMMANDS: { readonly [command: string]: { leads: { readonly [status: string]: string } } } = JOB_COMMANDS;

/** How the workspace in memory starts. */
export interface Scenario {
  candidates: number;
  jobs: number;
  /** Offers beside those to the first three candidates. */
  offers: number;
  session: SessionInfo["state"];
  state: SyncState;
  attention: boolean;
  contacts: boolean;
  /** Whether the person administers the workspace. */
  administers: boolean;
  /** Whether records have a past that is kept. */
  history: boolean;
  passphrase: boolean;
  settings: Settings;
  now: number;
  /** How long the pretended server takes; null keeps edits waiting until `syncNow`. */
  serverDelayMs: number | null;
}

/** The in-memory engine, with a door for what somebody else does. */
export interface FakeBackend extends Backend {
  tables: Tables;
  /** An edit that arrives from a colleague. */
  remote(requests: EditRequest[]): void;
  setSync(patch: Partial<SyncStatus>): void;
  /** The career pages are saved from another computer. */
  saveSiteElsewhere(change: Partial<SiteContent>): void;
}

/** The usual scenario: 240 people, 14 jobs, everything up to date. */
export function usual(now: number): Scenario {
  return {
    candidates: 240, jobs: 14, offers: 14, session: "ready", state: "up_to_date", attention: true, contacts: true, administers: false, history: true, passphrase: false,
    settings: { language: "en", theme: "system" }, now, serverDelayMs: 900,
  };
}

/** Reads a scenario from an address: `?candidates=5000&state=offline&session=locked&theme=dark&language=fr`. */
export function scenario(params: URLSearchParams): Scenario {
  const start = usual(Date.now());
  const number = (name: string, otherwise: number): number => (params.has(name) ? Number(params.get(name)) : otherwise);
  return {
    ...start,
    candidates: number("candidates", start.candidates),
    jobs: number("jobs", start.jobs),
    offers: number("offers", start.offers),
    session: (params.get("session") ?? start.session) as SessionInfo["state"],
    state: (params.get("state") ?? start.state) as SyncState,
    attention: params.get("attention") !== "none",
    contacts: params.get("contacts") !== "none",
    administers: params.has("administers"),
    history: params.get("history") !== "none",
    passphrase: params.has("passphrase"),
    settings: {
      language: params.get("language") === "fr" ? "fr" : "en",
      theme: (params.get("theme") ?? "system") as Settings["theme"],
    },
  };
}

function signedIn(start: Scenario): SessionInfo {
  return {
    state: "ready", server: "https://north.example", tenant: "north", tenant_name: "North Star Staffing", user_id: ME,
    email: "camille.fortin@example.com", name: "Camille Fortin", role: start.administers ? "owner" : start.contacts ? "recruiter" : "viewer",
    passphrase: start.passphrase, may: start.contacts ? [...ALL_ACTIONS, "jobs:publish", "offers:publish"] : ["jobs:read", "candidates:read", "applications:read"],
  };
}

function outside(start: Scenario, state: "signed_out" | "locked"): SessionInfo {
  const nobody = { tenant: null, tenant_name: null, user_id: null, email: null, name: null, role: null, server: null, may: [] };
  return { ...nobody, state, passphrase: start.passphrase };
}

function firstSync(start: Scenario): SyncStatus {
  const downloading = start.state === "downloading";
  return {
    state: start.state,
    waiting: start.state === "offline" ? 12 : 0,
    attention: start.attention ? 3 : 0,
    done: downloading ? 3_200 : 0,
    total: downloading ? 20_000 : 0,
    last_contact: start.now - 40_000,
    sealed: [],
    message: null,
  };
}

/** Makes an engine in memory. */
export function createFake(start: Scenario): FakeBackend {
  const tables = start.candidates + start.jobs === 0 ? emptyTables() : fill(start);
  if (tables.pipelines.size === 0) {
    tables.pipelines = fill({ candidates: 0, jobs: 0, offers: 0, now: start.now }).pipelines;
  }
  const handlers: { [E in keyof Events]: Set<(payload: Events[E]) => void> } = { changed: new Set(), sync: new Set(), session: new Set() };
  const undos = new Map<string, Row[]>();
  const files = new Map<string, Uint8Array>();
  let session = start.session === "ready" ? signedIn(start) : outside(start, start.session);
  let settings = start.settings;
  let sync = firstSync(start);
  let items: AttentionItem[] = start.attention ? attentionItems(start.now) : [];
  let devices: Device[] = [
    { id: "device-1", name: "camille-laptop", platform: "Linux", last_seen_at: start.now, current: true },
    { id: "device-2", name: "reception-desk", platform: "Windows", last_seen_at: start.now - 9 * 86_400_000, current: false },
  ];
  const alerts = new Alerts(tables);
  const outbox = new Outbox(start.now, () => sync.state === "offline");
  const calendar = new Calendar(start.now, () => sync.state === "offline");
  const survey = new Survey(() => sync.state === "offline");
  const domains = new Domains(() => sync.state === "offline", now);
  const site = new CareerSite(() => sync.state === "offline");
  const workspace = new Workspace(() => sync.state === "offline", () => domains.serving());
  const held = new Held(tables, now, () => sync.state === "offline");
  const privacy = new Privacy(tables, now, () => sync.state === "offline");
  let serial = 0;

  const pasts = new Pasts(tables, now, () => sync.state === "offline");

  function emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    handlers[event].forEach((handler) => handler(payload));
  }
  function setSync(patch: Partial<SyncStatus>): void {
    sync = { ...sync, ...patch };
    emit("sync", sync);
  }
  function setSession(next: SessionInfo): SessionInfo {
    session = next;
    emit("session", next);
    return next;
  }
  function now(): number {
    return start.serverDelayMs === null ? start.now : Date.now();
  }
  function changed(rows: Row[], remote: boolean): void {
    const kinds: { [kind: string]: string[] } = {};
    for (const each of rows) {
      kinds[each.kind] = [...(kinds[each.kind] ?? []), each.id];
    }
    emit("changed", { kinds, remote });
  }
  function acknowledge(rows: Row[]): void {
    for (const { kind, id } of rows) {
      const current = table(tables, kind).get(id);
      if (current) {
        table(tables, kind).set(id, { ...current, pending: false });
      }
    }
    changed(rows, false);
    setSync({ state: "up_to_date", waiting: 0, last_contact: now() });
  }
  function written(before: Row[], id: string): Written {
    serial += 1;
    undos.set(`undo-${serial}`, before);
    changed(before, false);
    setSync({ waiting: sync.waiting + before.length });
    if (start.serverDelayMs !== null && sync.state !== "offline") {
      setTimeout(() => acknowledge(before), start.serverDelayMs);
    }
    return { id, undo: `undo-${serial}` };
  }
  function make(request: CreateRequest): Row {
    serial += 1;
    const id = `${request.kind}-new-${serial}`;
    const blank: { [kind: string]: () => object } = {
      jobs: blankJob, candidates: blankCandidate, candidate_contacts: () => blankContact(""), interviews: blankInterview, working_hours: blankHours, rooms: blankRoom, job_translations: blankTranslation, offers: blankOffer, candidate_references: blankReference, emails: blankEmail,
    };
    const extra = request.kind === "applications" ? { applied_at: now(), stage_changed_at: now(), rejection_reason: "", rejection_reason_id: null, follow_up_on: null, follow_up_note: "", follow_up_for_id: null, rating: null, answers: [], source: "direct" } : {};
    if (request.kind === "pools") {
      checkPoolName(tables, id, String(request.fields.name));
    }
    const fields = { ...blank[request.kind]?.(), ...extra, ...request.fields } as Row["fields"];
    const made: Row = { ...row(request.kind, id, fields, now(), ME), pending: true };
    if (request.kind === "jobs" && (made.fields as { title: string }).title.trim() === "") {
      throw refusal("invalid-fields", "Some fields need another value.", { title: "A job needs a title." });
    }
    table(tables, request.kind).set(id, made);
    return made;
  }
  function createMany(requests: CreateRequest[]): Written {
    const made: Row[] = [];
    for (const { kind, fields } of requests) {
      const leading = (value: unknown): unknown => (typeof value === "string" && /^\$\d+$/.test(value) ? (made[Number(value.slice(1))]?.id ?? value) : value);
      const entries = Object.entries(fields).map(([field, value]) => [field, field.endsWith("_id") ? leading(value) : value]);
      made.push(make({ kind, fields: Object.fromEntries(entries) as CreateRequest["fields"] }));
    }
    return written(made.map((each) => ({ ...each, deleted: true })), made[0]?.id ?? "");
  }
  /** Edits rows, and notes it in their past. */
  function edited(requests: EditRequest[], by: string, pending: boolean): Row[] {
    const before = editRows(tables, requests, by, now(), pending);
    pasts.note(before, by);
    return before;
  }
  function editMany(requests: EditRequest[]): Written {
    const before = edited(requests, ME, true);
    return written(before, requests[0]?.id ?? "");
  }
  function writeTogether({ edits, creates }: { edits: EditRequest[]; creates: CreateRequest[] }, id: string): Written {
    const before = edited(edits, ME, true);
    return written([...before, ...creates.map((each) => ({ ...make(each), deleted: true }))], id);
  }
  function carryOut(name: string, target: string, args: { [name: string]: unknown }): void {
    const status = COMMANDS[name]?.leads[tables.jobs.get(target)?.fields.status ?? ""];
    if (status) {
      const reason = status === "draft" ? "return_reason" : "close_reason";
      const edits = [{ op: "set" as const, field: "status", value: status }, { op: "set" as const, field: reason, value: args.reason ?? "" }];
      const before = edited([{ kind: "jobs", id: target, edits }], COLLEAGUE, false);
      changed(before, false);
    }
    setSync({ waiting: Math.max(0, sync.waiting - 1) });
  }
  function resolve(id: string, choice: AttentionChoice): void {
    const item = items.find((candidate) => candidate.id === id);
    if (item && choice.choice === "edit") {
      edited([{ kind: item.kind, id: item.record_id, edits: choice.edits }], ME, true);
    } else if (item && choice.choice === "keep_mine") {
      const edits = item.values.map((value) => ({ op: "set" as const, field: value.field, value: value.mine }));
      edited([{ kind: item.kind, id: item.record_id, edits }], ME, true);
    }
    items = items.filter((candidate) => candidate.id !== id);
    setSync({ attention: items.length });
    emit("changed", { kinds: item ? { [item.kind]: [item.record_id] } : {}, remote: false });
  }
  /** Turns a function into one that answers later, as every call of the engine does. */
  async function soon<T>(act: () => T): Promise<T> {
    await Promise.resolve();
    return structuredClone(act());
  }

  return {
    tables,
    setSync,
    remote: (requests) => changed(edited(requests, COLLEAGUE, false), true),
    session: () => soon(() => session),
    signIn: (request) =>
      soon(() => {
        if (request.password === "wrong") {
          throw refusal("wrong-credentials", "The e-mail address or the password is wrong.");
        }
        if (request.email.startsWith("many") && !request.workspace) {
          throw refusal("choose-workspace", "This account is in several workspaces. Say which one.");
        }
        return setSession(signedIn(start));
      }),
    unlock: (passphrase) =>
      soon(() => {
        if (passphrase === "wrong") {
          throw refusal("wrong-credentials", "The passphrase is wrong.");
        }
        return setSession(signedIn(start));
      }),
    signOut: (discard) =>
      soon(() => {
        if (sync.waiting > 0 && !discard) {
          throw refusal("unsent-changes", "Some edits are not on the server yet.");
        }
        return setSession(outside(start, "signed_out"));
      }),
    settings: () => soon(() => settings),
    setSettings: (next) =>
      soon(() => {
        settings = next;
        return settings;
      }),
    devices: () => soon(() => devices),
    revokeDevice: (id) =>
      soon(() => {
        devices = devices.filter((device) => device.id !== id);
        return devices;
      }),
    mails: (request) => soon(() => outbox.page(request.state)),
    mail: (id) => soon(() => outbox.one(id)),
    retryMail: (id) => soon(() => outbox.change(id, "waiting", ["deferred", "given_up"])),
    invitations: () => soon(() => outbox.invitations()),
    calendarFeed: () => soon(() => outbox.feed(null)),
    makeCalendarFeed: () => soon(() => outbox.feed("make")),
    removeCalendarFeed: () => soon(() => outbox.feed("remove")),
    calendarConnection: () => soon(() => calendar.state()),
    connectCalendar: (request) => soon(() => calendar.connect(request)),
    compareCalendar: () => soon(() => calendar.compare()),
    disconnectCalendar: () => soon(() => calendar.disconnect()),
    showBusy: (shows) => soon(() => calendar.show(shows)),
    busy: (request) => soon(() => calendar.busy(request)),
    exportCandidates: (request, format) => soon(() => ({ path: `/home/camille/Downloads/candidates-2026-11-22.${format}`, rows: listRows(tables, { ...request, limit: undefined, offset: undefined }).total })),
    exportRecords: (kind, wanted, format) =>
      soon(() => ({ path: `/home/camille/Downloads/${kind}-2026-11-22.${format}`, rows: "ids" in wanted ? wanted.ids.length : listRows(tables, { ...wanted.request, limit: undefined, offset: undefined }).total })),
    exportResume: (id) => soon(() => ({ path: `/home/camille/Downloads/${tables.candidates.get(id)?.fields.first_name ?? ""}.json`, rows: 1 })),
    // No workbook is taken apart here: its bytes are text, a line a row.
    readWorkbook: (bytes) =>
      soon(() => {
        const text = new TextDecoder().decode(bytes);
        if (!text.startsWith("workbook\n")) {
          throw refusal("unsupported-file", "Only PDF, DOCX, ODT and TXT files are taken, and the content must be what the name says.");
        }
        return { name: "Sheet1", rows: text.split("\n").slice(1).map((line) => line.split("|")) };
      }),
    erasures: () => soon(() => privacy.list()),
    askConsent: (id) =>
      soon(() => {
        const candidate = tables.candidates.get(id);
        const reached = [...tables.candidate_contacts.values()].some((row) => row.fields.candidate_id === id && row.fields.email !== "" && !row.deleted);
        if (!candidate || !reached || candidate.fields.consent_asked_on !== null || !candidate.fields.consent_to_store) {
          throw refusal(candidate && reached ? "wrong-state" : "invalid-fields", "This is not possible in the present state.");
        }
        candidate.fields.consent_asked_on = "2026-11-22";
        return { candidate_id: id, asked_on: "2026-11-22" };
      }),
    eraseCandidate: (id) =>
      soon(() => {
        const { erasure, rows } = privacy.erase(id);
        changed(rows, true);
        return erasure;
      }),
    jobViews: (id) => soon(() => jobViews(tables, id, now(), sync.state === "offline")),
    survey: (request) => soon(() => survey.report(request)),
    chooseSurvey: (form) => soon(() => survey.choose(form)),
    workspaceSettings: () => soon(() => workspace.read()),
    changeWorkspaceSettings: (change) => soon(() => workspace.change(change)),
    logo: () => soon(() => workspace.picture()),
    putLogo: (bytes) => soon(() => workspace.putLogo(bytes)),
    removeLogo: () => soon(() => workspace.removeLogo()),
    careerSite: () => soon(() => site.read()),
    saveCareerSite: (version, content) => soon(() => site.save(version, content)),
    careerPicture: (hash) => soon(() => site.picture(hash)),
    keepCareerPicture: (bytes) => soon(() => site.keep(bytes)),
    saveSiteElsewhere: (change) => site.elsewhere(change),
    domains: () => soon(() => domains.list()),
    claimDomain: (name) => soon(() => domains.claim(name)),
    checkDomain: (id) => soon(() => domains.check(id)),
    removeDomain: (id) => soon(() => domains.remove(id)),
    heldForms: (page) => soon(() => held.page(page)),
    admitForm: (id) =>
      soon(() => {
        const { admitted, rows } = held.admit(id);
        changed(rows, true);
        return admitted;
      }),
    dropForm: (id) => soon(() => held.drop(id)),
    dailyMail: () => soon(() => workspace.dailyMail()),
    setDailyMail: (on) => soon(() => workspace.setDailyMail(on)),
    assignmentMail: () => soon(() => workspace.assignmentMail()),
    setAssignmentMail: (on) => soon(() => workspace.setAssignmentMail(on)),
    cancelMail: (id) => soon(() => outbox.change(id, "cancelled", ["waiting", "deferred"])),
    list: <K extends KindName>(request: { kind: K }) => soon(() => listRows(tables, request) as { total: number; rows: Row<K>[] }),
    get: <K extends KindName>(kind: K, id: string) => soon(() => (table(tables, kind).get(id) as Row<K> | undefined) ?? null),
    jobs: (filter) => soon(() => jobSummaries(tables, filter)),
    board: (jobId) => soon(() => boardOf(tables, jobId, now())),
    cards: (request) => soon(() => cardsOf(tables, request, now())),
    candidatePage: (id) => soon(() => pageOf(tables, id, start.contacts)),
    approvals: (kind, id) => soon(() => approvalSteps(tables, kind, id)),
    awaiting: () => soon(() => awaitedBy(tables, ME)),
    alerts: () => soon(() => alerts.followed()),
    followSearch: (search, on) =>
      soon(() => {
        alerts.follow(search, on);
        emit("changed", { kinds: { saved_searches: [search] }, remote: false });
      }),
    checkAlerts: (request) => soon(() => alerts.check(request)),
    seeAlert: (search) => soon(() => alerts.see(search)),
    tags: () => soon(() => tagSummaries(tables)),
    pools: () => soon(() => poolSummaries(tables)),
    duplicates: () =>
      soon(() => {
        const pairs = duplicatePairs(tables, start.contacts);
        return { pairs: pairs.slice(0, PAIRS_MAX), total: pairs.length };
      }),
    dueForDeletion: () => soon(() => duePeople(tables, workspace.retention, now())),
    duplicatesOf: (id) => soon(() => duplicatePairs(tables, start.contacts).filter(({ first, second }) => [first.candidate.id, second.candidate.id].includes(id))),
    search: (text, limit) => soon(() => hits(tables, text, limit)),
    create: (request) => soon(() => createMany([request])),
    createMany: (requests, undoable) => soon(() => ({ ...createMany(requests), ...(undoable ? {} : { undo: "" }) })),
    edit: (request) => soon(() => editMany([request])),
    editMany: (requests) => soon(() => editMany(requests)),
    merge: (request) => soon(() => writeTogether(mergeSteps(tables, request), request.kept)),
    separate: (id) => soon(() => ({ ...editMany(separateEdits(tables, id)), id })),
    undo: (token) =>
      soon(() => {
        const before = undos.get(token) ?? [];
        before.forEach((each) => (each.deleted ? table(tables, each.kind).delete(each.id) : table(tables, each.kind).set(each.id, each)));
        undos.delete(token);
        pasts.note(before, ME);
        changed(before, false);
      }),
    history: (request) =>
      soon(() => {
        const page = pasts.page(request, session.may.includes(`${request.kind}:edit`));
        return page && !start.history ? { ...page, total: 0, steps: [] } : page;
      }),
    asOf: <K extends KindName>(request: { kind: K; id: string; at: number }) => soon(() => pasts.at(request.kind, request.id, request.at) as Past<K> | null),
    restore: ({ kind, id, fields }) =>
      soon(() => editMany([{ kind, id, edits: Object.entries(fields).map(([field, value]) => ({ op: "set" as const, field, value })) }])),
    command: (name, target, args) =>
      soon(() => {
        setSync({ waiting: sync.waiting + 1 });
        if (start.serverDelayMs !== null && sync.state !== "offline") {
          setTimeout(() => carryOut(name, target, args), start.serverDelayMs);
        }
        return `command-${name}`;
      }),
    unpack: (bytes) => soon(() => unpack(bytes)),
    readDocument: (bytes) => soon(() => readDocument(bytes)),
    readResume: (hash) => soon(() => (hash.includes("text") ? { fields: null, why: "scan" } : { fields: resumeSample(), why: null })),
    attachResume: (candidateId, name, bytes) => soon(() => writeTogether(resumeSteps(tables, candidateId, upload(files, name, bytes)), candidateId)),
    attachFile: ({ candidateId, applicationId, kind, name }, bytes) => soon(() => createMany([attachmentOf(tables, candidateId, applicationId, kind, upload(files, name, bytes))])),
    useAsResume: (id) =>
      soon(() => {
        const beside = tables.attachments.get(id);
        if (beside?.fields.kind !== "resume") {
          throw refusal("not-found", "There is nothing here.");
        }
        const { file_hash: hash, media_type: type, candidate_id, name, bytes } = beside.fields;
        const { edits, creates } = resumeSteps(tables, shownAs(tables, candidate_id), { hash, type, name, bytes });
        const gone = { kind: "attachments" as const, id, edits: [{ op: "set" as const, field: "$deleted", value: true }] };
        return writeTogether({ edits: [...edits, gone], creates }, candidate_id);
      }),
    saveFile: (_, name) => soon(() => ({ path: `/home/camille/Downloads/${name}`, rows: 1 })),
    file: (hash) =>
      soon(() => {
        const stored = files.get(hash);
        if (stored) {
          return stored;
        }
        const candidate = tables.candidates.get(hash.replace(/^resume-\w+-/, "candidate-"));
        const lines = [...(candidate?.fields.resume_text.split("\n") ?? []), "", "Experience", "2019 to today: leads a team of six.", "2014 to 2019: built the first version.", "", "Education", "Université de Montréal, 2013"];
        return hash.startsWith("resume-pdf") ? makePdf([lines, ["Projects", "Moved a warehouse in one weekend.", "Wrote the handbook that everybody uses."]]) : new TextEncoder().encode(lines.join("\n"));
      }),
    syncStatus: () => soon(() => sync),
    syncNow: () => soon(() => acknowledge([...undos.values()].flat())),
    attention: () => soon(() => items),
    resolveAttention: (id, choice) => soon(() => resolve(id, choice)),
    on<E extends keyof Events>(event: E, handler: (payload: Events[E]) => void): () => void {
      handlers[event].add(handler);
      return () => handlers[event].delete(handler);
    },
  };
}
