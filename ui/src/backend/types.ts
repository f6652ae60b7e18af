// What the window may ask of the engine, and what the engine tells the window.
// Two implementations: `tauri.ts` (the real engine through IPC) and `fake.ts` (in memory, for component tests).

/** Record kinds by their wire name. The record types themselves are in `../gen/records`. */
export type { Read, ReadDate, ReadEnd, ReadResume, ResumeFields } from "./resume";
import type { ReadResume } from "./resume";
import type { KindName, RecordOf } from "../gen/records";
import type { CareerPages } from "./site";
import type { Calendars, Erasure, Erasures, HeldForms, Invited, JobViews, Logo, Mail, MailPage, OwnHosts, SurveyReport, WorkspaceChoices, WorkspaceSettings } from "./online";
import type { DueList } from "./retention";

/** One record as the local replica shows it: the server's stamps, our sync state, and the declared fields. */
export interface Row<K extends KindName = KindName> {
  id: string;
  kind: K;
  /** Milliseconds since 1970, stamped by the server (or locally until it answers). */
  created_at: number;
  created_by: string | null;
  updated_at: number;
  updated_by: string | null;
  deleted: boolean;
  /** True while an edit of this record is not yet on the server. */
  pending: boolean;
  fields: RecordOf<K>;
}

/**
 * One typed edit of one field. Text is sent whole: the engine finds the splices. The field `$deleted` (set, true or
 * false) deletes and restores the record. An item's `after`: null keeps its place or appends a new one, "" is first.
 */
export type FieldEdit =
  | { op: "set"; field: string; value: unknown }
  | { op: "text"; field: string; value: string }
  | { op: "add"; field: string; value: string }
  | { op: "remove"; field: string; value: string }
  | { op: "increment"; field: string; by: number }
  | { op: "item_put"; field: string; item: string; after: string | null; values: { [name: string]: unknown } }
  | { op: "item_remove"; field: string; item: string };

export interface EditRequest {
  kind: KindName;
  id: string;
  edits: FieldEdit[];
}

export interface CreateRequest {
  kind: KindName;
  fields: { [name: string]: unknown };
}

/** What a write answers: the record's id, and the token that takes the write back. */
export interface Written {
  id: string;
  undo: string;
}

export type Filter =
  | { field: string; is: string | number | boolean | null }
  | { field: string; not: string | number | boolean | null }
  | { field: string; in: (string | number)[]; fold?: boolean }
  | { field: string; has: string }
  | { field: string; lacks: string }
  | { field: string; empty: boolean }
  | { field: string; contains: string }
  /** Both bounds count; null is no bound. */
  | { field: string; least: number | string | null; most: number | string | null }
  /** There is an item of that list whose value passes, or there is none. */
  | { field: string; item: string; value: ItemFilter; none?: boolean }
  /** There is a record of that kind that refers to this one and passes, or there is none. */
  | { of: KindName; where: Filter[]; none?: boolean };

/** A condition on the value of an item: days and amounts have two bounds, null is none. */
export type ItemFilter =
  | { is: string }
  | { contains: string }
  | { has: string }
  | { between: [number | null, number | null] }
  | { days: [string | null, string | null] }
  | "known";

export interface ListRequest {
  kind: KindName;
  filters?: Filter[];
  /** Full-text needle over the kind's searchable fields (prefixes match). */
  text?: string;
  /** A field name, `created_at` or `updated_at`; a leading `-` is descending. */
  sort?: string;
  offset?: number;
  /** At most 500. */
  limit?: number;
  deleted?: boolean;
}

export interface ListPage<K extends KindName = KindName> {
  total: number;
  rows: Row<K>[];
}

/** An application with what is shown of its candidate. */
export interface Card {
  /** Without its letter and its answers. */
  application: Row<"applications">;
  candidate_id: string;
  /** Null while the candidate has not arrived yet, or may not be seen. */
  candidate_name: string | null;
  headline: string;
  city: string;
  tags: string[];
  days_in_stage: number;
  notes: number;
  rating: number | null;
  /** Answers that rule the person out. */
  knockouts: number;
  /** When their next interview about it is, where one is planned. */
  interview_at: number | null;
}

/** Which applications are wanted as cards: those of a job in whatever stage, or those of every job that are not over. */
export interface CardRequest {
  job_id: string | null;
  /** Only those on which this member works. */
  assigned_to_id: string | null;
}

/** At most 10,000 cards, the longest waiting first, and how many there are in all. */
export interface Cards {
  cards: Card[];
  total: number;
}

export interface BoardColumn extends Pick<RecordOf<"pipelines">["stages"][number], "target_days" | "warn_days" | "description" | "email_template_id"> {
  stage_id: string;
  name: string;
  /** new, screening, assessment, interview, reference, offer, hired, rejected, withdrawn, on_hold */
  kind: string;
  color: string;
  total: number;
  /** At most 200 cards, the longest waiting first. */
  cards: Card[];
}

export interface Board {
  job: Row<"jobs">;
  columns: BoardColumn[];
}

export interface JobSummary {
  job: Row<"jobs">;
  /** Open applications (not hired, rejected or withdrawn). */
  active: number;
  total: number;
}

export interface CandidatePage {
  candidate: Row<"candidates">;
  /** Absent when the person may not see contact data. */
  contact: Row<"candidate_contacts"> | null;
  applications: { application: Row<"applications">; job: Row<"jobs"> | null; stage: { name: string; kind: string; color: string } | null }[];
  notes: Row<"notes">[];
  /** Files beside the résumé. */
  attachments: Row<"attachments">[];
  activities: Row<"activities">[];
  tags: Row<"tags">[];
  /** The talent pools that they are in. */
  pools: Row<"pools">[];
  /** Candidates that were merged into this one: what belongs to them is shown here. */
  merged: Row<"candidates">[];
}

/** A tag, how many people have it, and the tags for which it stands. */
export interface TagSummary {
  tag: Row<"tags">;
  people: number;
  merged: Row<"tags">[];
}

/** A talent pool with how many people are in it. */
export interface PoolSummary {
  pool: Row<"pools">;
  people: number;
}

/** A search of whose new matches the person is told. */
export interface Alert {
  /** The saved search. */
  search: string;
  /** What it asks, in words of its own: another one begins anew, without news. */
  fingerprint: string;
  request: ListRequest & { kind: "candidates" };
}

/** What is looked at for news. */
export interface AlertCheck {
  alerts: Alert[];
  /** The records that changed, by kind; null looks at everybody. */
  changed: { [kind: string]: string[] } | null;
  /** Who matches now is no news: the person made the change. */
  silent: boolean;
}

/** What an alert found. */
export interface Alerted {
  search: string;
  /** New matches that nobody looked at yet. */
  fresh: number;
  /** Those of them that this look found. */
  arrived: number;
}

/** What two candidates have in common. */
export type Likeness = "email" | "resume" | "profile" | "name_and_more" | "phone" | "name";

/** One of two candidates that may be the same person. */
export interface DuplicateSide {
  /** Without the text of the résumé. */
  candidate: Row<"candidates">;
  /** Absent when the person may not see contact data. */
  contact: Row<"candidate_contacts"> | null;
  applications: number;
  notes: number;
}

/** Two candidates that may be the same person. */
export interface DuplicatePair {
  /** The older record. */
  first: DuplicateSide;
  second: DuplicateSide;
  likenesses: Likeness[];
  /** How sure that makes, in percent. */
  score: number;
}

/** At most 200 pairs, the surest first, and how many there are in all. */
export interface Duplicates {
  pairs: DuplicatePair[];
  total: number;
}

/** Which candidate becomes part of which. */
export interface MergeRequest {
  kept: string;
  merged: string;
  /** Fields that are taken from the merged one though the kept one has a value; `resume_hash` is the whole résumé. */
  chosen: string[];
}

export interface Hit {
  kind: KindName;
  id: string;
  title: string;
  subtitle: string;
  /** The passage that matched, with the match between U+0001 and U+0002. */
  snippet: string;
}

/** What is in an archive. */
export interface Unpacked {
  documents: { name: string; bytes: Uint8Array }[];
  leftOut: string[];
}

/** One quiet indicator: exactly one of these. */
export type SyncState = "offline" | "connecting" | "downloading" | "syncing" | "up_to_date" | "locked" | "needs_update" | "signed_out";

export interface SyncStatus {
  state: SyncState;
  /** Local edits not yet on the server. */
  waiting: number;
  /** Items in Needs attention. */
  attention: number;
  /** First download: records done and total. */
  done: number;
  total: number;
  /** Milliseconds since 1970 of the last contact, null before the first. */
  last_contact: number | null;
  /** Kinds that are locked until the next contact. */
  sealed: readonly string[];
  /** A sentence for people when something is wrong (disk full, server too new), else null. */
  message: string | null;
}

export interface AttentionItem {
  id: string;
  type: "refused" | "conflict" | "command";
  kind: KindName;
  record_id: string;
  /** The record's name as people say it. */
  title: string;
  /** The stable code (`transition-not-allowed`, …) and the sentence for it. */
  code: string;
  message: string;
  at: number;
  /** What each side says, field by field. `theirs_by` is a member id. */
  values: { field: string; mine: unknown; theirs: unknown; theirs_by: string | null; theirs_at: number | null }[];
  /** For a command: its name. */
  command: string | null;
}

export type AttentionChoice =
  | { choice: "discard" }
  | { choice: "retry" }
  | { choice: "keep_mine" }
  | { choice: "keep_theirs" }
  | { choice: "edit"; edits: FieldEdit[] };

export interface SessionInfo {
  state: "signed_out" | "locked" | "ready";
  server: string | null;
  tenant: string | null;
  tenant_name: string | null;
  user_id: string | null;
  email: string | null;
  name: string | null;
  role: string | null;
  /** The keyring does not run here: a passphrase protects the replica instead. */
  passphrase: boolean;
  /** Actions of the policy table that this person's role has, as "kind:action". */
  may: string[];
}

export interface SignInRequest {
  server: string;
  email: string;
  password: string;
  /** Workspace slug; needed only when the account is in several. */
  workspace: string | null;
  /** Needed only when no keyring runs. */
  passphrase: string | null;
}

export interface Settings {
  language: "en" | "fr";
  theme: "system" | "light" | "dark";
}

export interface Device {
  id: string;
  name: string;
  platform: string;
  last_seen_at: number | null;
  current: boolean;
}

/** A rule that asks for agreement to a job or an offer, and whether somebody agreed. */
export interface ApprovalStep {
  name: string;
  at: number;
  /** Who can agree; one of them is enough. */
  people: string[];
  /** Whose word was given. */
  agreed: string | null;
  /** Who gave it in their place. */
  in_place: string | null;
  /** Whether its people are asked now. */
  is_due: boolean;
}

/** A job or an offer that waits for whoever is signed in to agree to it. */
export interface Awaited {
  kind: "jobs" | "offers";
  id: string;
  title: string;
  /** To whom, for an offer. */
  candidate_id: string | null;
  candidate: string;
  /** In whose place, where whoever is signed in stands in for somebody. */
  instead_of: string | null;
}

/** What a list is written as: a workbook, or text with commas. */
export type TableFormat = "xlsx" | "csv";

/** A file that was written. */
export interface Saved {
  path: string;
  /** Records in it. */
  rows: number;
}

/** What a step of a history did to a field, with what the field showed before and afterwards. */
export type FieldStep = {
  field: string;
  before: unknown;
  after: unknown;
  /** What the change wrote, where somebody else wrote something at the same time and that stayed. */
  overruled?: unknown;
  /** The values are left out: they are too long to be shown here. */
  omitted?: boolean;
} & (
  | { type: "value" | "text" }
  | { type: "set"; added: string[]; removed: string[] }
  | { type: "list"; added: ListItem[]; removed: ListItem[]; changed: { before: ListItem; after: ListItem }[]; reordered: boolean }
);

/** An item of a list. */
export interface ListItem {
  id: string;
  [name: string]: unknown;
}

/** One change of a record. */
export interface HistoryStep {
  /** The change, unique. */
  change: string;
  at: number;
  /** A member; null for the system, and when nobody knows here. */
  by: string | null;
  author: "person" | "server" | "unknown";
  /** `server`: stamped by it. `claimed`: the time is what the author's computer said. `pending`: not on the server yet. */
  source: "server" | "claimed" | "pending";
  deed: "created" | "changed" | "deleted" | "restored";
  /** Empty when the change shows in no field that this version knows. */
  fields: FieldStep[];
}

export interface HistoryRequest {
  kind: KindName;
  id: string;
  /** Steps to skip, from the latest. */
  offset?: number;
  /** At most 100. */
  limit?: number;
}

export interface HistoryPage {
  total: number;
  /** The latest first. */
  steps: HistoryStep[];
  /** Author and time of every step are known from the server. */
  complete: boolean;
  /** What is older is not shown. */
  since: number;
  /** The fields that this person may give an earlier value again. */
  restorable: string[];
  /** What people call what the values point to, by id. */
  names: { [id: string]: string };
}

/** A record as it was at a time. */
export interface Past<K extends KindName = KindName> {
  record: Row<K>;
  names: { [id: string]: string };
}

/** Every failure of the engine: a stable code and a sentence for people; per-field messages for validation. */
export interface EngineError {
  code: string;
  message: string;
  fields: { [field: string]: string };
}

/** `changed`: rows of these kinds changed (ids empty: re-read all of the kind). */
export interface ChangedEvent {
  kinds: { [kind: string]: string[] };
  /** True when the change came from somebody else. */
  remote: boolean;
}

export interface Events {
  changed: ChangedEvent;
  sync: SyncStatus;
  session: SessionInfo;
}

export interface Backend extends Calendars, HeldForms, OwnHosts, CareerPages {
  session(): Promise<SessionInfo>;
  signIn(request: SignInRequest): Promise<SessionInfo>;
  unlock(passphrase: string): Promise<SessionInfo>;
  /** Signs out; refused with `unsent-changes` when edits wait, unless `discard`. Removes the local replica. */
  signOut(discard: boolean): Promise<SessionInfo>;
  settings(): Promise<Settings>;
  setSettings(settings: Settings): Promise<Settings>;
  devices(): Promise<Device[]>;
  revokeDevice(id: string): Promise<Device[]>;
  /** The mails of a state or all, the newest first; for administrators, and only with the server. Pages count from 1. */
  mails(request: { state: string | null; page: number }): Promise<MailPage>;
  mail(id: string): Promise<Mail>;
  retryMail(id: string): Promise<Mail>;
  cancelMail(id: string): Promise<Mail>;
  /** Who was told of an interview, and what they answered; only with the server. */
  invitations(id: string): Promise<Invited[]>;
  /** Writes applications or offers as a table: those of these ids, in this order, or those of a list, all pages of it. */
  exportRecords(kind: "applications" | "offers", wanted: { ids: string[] } | { request: ListRequest & { kind: "applications" | "offers" } }, format: TableFormat): Promise<Saved>;
  /** Writes all candidates of a list, whatever its page, as a file among the person's downloads. */
  exportCandidates(request: ListRequest & { kind: "candidates" }, format: TableFormat): Promise<Saved>;
  /** Writes a candidate as JSON Resume among the person's downloads. */
  exportResume(id: string): Promise<Saved>;
  /** The first sheet of a workbook (XLSX) that has something in it. */
  readWorkbook(bytes: Uint8Array): Promise<{ name: string; rows: string[][] }>;
  /** Who asks to be erased, and what was erased; for administrators, and only with the server. */
  erasures(): Promise<Erasures>;
  /** Erases a candidate for good, here and everywhere; for administrators, and only with the server. */
  eraseCandidate(id: string): Promise<Erasure>;
  /** How often the public page of a job was looked at in the last days; only with the server. */
  jobViews(id: string): Promise<JobViews>;
  /** Asks a candidate by mail whether they may be kept for longer; only with the server. */
  askConsent(id: string): Promise<{ candidate_id: string; asked_on: string }>;
  /** The sums of the equal-opportunity survey; for administrators, and only with the server. */
  survey(request: { half_year: string | null; language: string }): Promise<SurveyReport>;
  /** Chooses the form that is offered to those who applied; an empty name for none. */
  chooseSurvey(form: string): Promise<null>;
  /** What the workspace chose; only with the server. */
  workspaceSettings(): Promise<WorkspaceSettings>;
  /** Changes what is named; for administrators. A value that cannot be is refused at its field. */
  changeWorkspaceSettings(change: Partial<WorkspaceChoices>): Promise<WorkspaceSettings>;
  /** The picture of the workspace's logo; refused with `not-found` where there is none. */
  logo(): Promise<Uint8Array>;
  putLogo(bytes: Uint8Array): Promise<Logo>;
  removeLogo(): Promise<null>;
  /** Whether the person gets a mail in the morning with what waits for them; only with the server. */
  dailyMail(): Promise<boolean>;
  setDailyMail(on: boolean): Promise<boolean>;
  assignmentMail(): Promise<boolean>;
  setAssignmentMail(on: boolean): Promise<boolean>;

  list<K extends KindName>(request: ListRequest & { kind: K }): Promise<ListPage<K>>;
  get<K extends KindName>(kind: K, id: string): Promise<Row<K> | null>;
  jobs(filter: { text: string; status: string | null }): Promise<JobSummary[]>;
  board(jobId: string): Promise<Board>;
  cards(request: CardRequest): Promise<Cards>;
  /** Of a candidate that was merged into another one it is the other one's page. */
  candidatePage(id: string): Promise<CandidatePage>;
  /** Who has to agree to a job or an offer by the workspace's rules, in the order in which people are asked. */
  approvals(kind: "jobs" | "offers", id: string): Promise<ApprovalStep[]>;
  /** What waits for whoever is signed in to agree to it. */
  awaiting(): Promise<Awaited[]>;
  /** The tags by name, with how many people have each; those that were merged stand under the one that stands for them. */
  tags(): Promise<TagSummary[]>;
  /** The talent pools by name, those that were put away among them. */
  pools(): Promise<PoolSummary[]>;
  /** The saved searches of whose new matches the person is told on this computer. */
  alerts(): Promise<string[]>;
  /** Begins to tell of a search, or ends it. */
  followSearch(search: string, on: boolean): Promise<void>;
  /** Looks for new matches of saved searches among what changed. The first look at a search finds nothing new. */
  checkAlerts(request: AlertCheck): Promise<Alerted[]>;
  /** The new matches of a search, at most 500, which are no longer new then. */
  seeAlert(search: string): Promise<string[]>;
  duplicates(): Promise<Duplicates>;
  /** Who is due for deletion, by what is on this computer. */
  dueForDeletion(): Promise<DueList>;
  /** The candidates that may be the same person as this one. */
  duplicatesOf(id: string): Promise<DuplicatePair[]>;
  search(text: string, limit: number): Promise<Hit[]>;

  create(request: CreateRequest): Promise<Written>;
  /** Several records as one undo step (or none), all or none of them; the reference `$0` leads to the first. */
  createMany(requests: CreateRequest[], undoable: boolean): Promise<Written>;
  edit(request: EditRequest): Promise<Written>;
  /** Several edits as one undo step (bulk move, bulk reject); at most 100. */
  editMany(requests: EditRequest[]): Promise<Written>;
  /** The kept one takes over what it lacks and what was chosen; nothing else of either changes. */
  merge(request: MergeRequest): Promise<Written>;
  /** Takes a merge back, whenever it was; of what was taken over, what nobody has changed since goes back too. */
  separate(id: string): Promise<Written>;
  undo(token: string): Promise<void>;
  /** Who changed what of a record and when; null when it is not here. */
  history(request: HistoryRequest): Promise<HistoryPage | null>;
  /** A record as it was at a time; null when it was not there yet. */
  asOf<K extends KindName>(request: { kind: K; id: string; at: number }): Promise<Past<K> | null>;
  /** Gives fields an earlier value again: an edit like every other. */
  restore(request: { kind: KindName; id: string; fields: { [name: string]: unknown } }): Promise<Written>;
  /** Queues a command that only the server may carry out, by the table in `gen/job_states`. */
  command(name: string, target: string, args: { [name: string]: unknown }): Promise<string>;

  /** Stores a résumé locally (sealed), queues its upload, sets the candidate's file fields; the one before is kept as an attached file. */
  attachResume(candidateId: string, name: string, bytes: Uint8Array): Promise<Written>;
  /** Stores a file beside the résumé, as `attachResume` does. */
  attachFile(request: { candidateId: string; applicationId: string | null; kind: string; name: string }, bytes: Uint8Array): Promise<Written>;
  /** Makes an attached file the résumé, whose place it gives to the one before. */
  useAsResume(attachment: string): Promise<Written>;
  /** Writes a file into the person's folder of downloads. */
  saveFile(hash: string, name: string): Promise<Saved>;
  /** The documents of an archive, and the names of what is none. */
  unpack(bytes: Uint8Array): Promise<Unpacked>;
  /** What a document says, read on this computer; it is not kept. */
  readDocument(bytes: Uint8Array): Promise<ReadResume>;
  /** What a stored résumé says, read on this computer. */
  readResume(hash: string): Promise<ReadResume>;
  /** The bytes of a file from the local cache or, online, from the server. */
  file(hash: string): Promise<Uint8Array>;

  syncStatus(): Promise<SyncStatus>;
  syncNow(): Promise<void>;
  attention(): Promise<AttentionItem[]>;
  resolveAttention(id: string, choice: AttentionChoice): Promise<void>;

  on<E extends keyof Events>(event: E, handler: (payload: Events[E]) => void): () => void;
}
