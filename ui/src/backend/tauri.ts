// The real engine: one IPC command per method, arguments by the method's own parameter names.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Backend, Events } from "./types";

/** Bytes per step when a file is turned into base64: `String.fromCharCode` takes its input as arguments. */
const BASE64_STEP = 0x8000;

/** Bytes to base64, the form in which a file crosses to the engine. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += BASE64_STEP) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_STEP));
  }
  return btoa(binary);
}

/** Base64 to bytes. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) {
    bytes[at] = binary.charCodeAt(at);
  }
  return bytes;
}

/** The engine behind Tauri's IPC. */
export const tauri: Backend = {
  session: () => invoke("session"),
  signIn: (request) => invoke("sign_in", { request }),
  unlock: (passphrase) => invoke("unlock", { passphrase }),
  signOut: (discard) => invoke("sign_out", { discard }),
  settings: () => invoke("settings"),
  setSettings: (settings) => invoke("set_settings", { settings }),
  devices: () => invoke("devices"),
  revokeDevice: (id) => invoke("revoke_device", { id }),
  mails: (request) => invoke("mails", { request }),
  mail: (id) => invoke("mail", { id }),
  retryMail: (id) => invoke("retry_mail", { id }),
  cancelMail: (id) => invoke("cancel_mail", { id }),
  invitations: (id) => invoke("invitations", { id }),
  calendarFeed: () => invoke("calendar_feed"),
  makeCalendarFeed: () => invoke("make_calendar_feed"),
  removeCalendarFeed: () => invoke("remove_calendar_feed"),
  calendarConnection: () => invoke("calendar_connection"),
  connectCalendar: (request) => invoke("connect_calendar", { request }),
  compareCalendar: () => invoke("compare_calendar"),
  disconnectCalendar: () => invoke("disconnect_calendar"),
  showBusy: (shows) => invoke("show_busy", { request: shows }),
  busy: (request) => invoke("busy", { request }),
  exportCandidates: (request, format) => invoke("export_candidates", { request, format }),
  exportRecords: (kind, wanted, format) => invoke("export_records", { kind, wanted, format }),
  exportResume: (id) => invoke("export_resume", { id }),
  readWorkbook: (bytes) => invoke("read_workbook", { bytes: toBase64(bytes) }),
  erasures: () => invoke("erasures"),
  askConsent: (id) => invoke("ask_consent", { id }),
  eraseCandidate: (id) => invoke("erase_candidate", { id }),
  jobViews: (id) => invoke("job_views", { id }),
  survey: (request) => invoke("survey", { request }),
  chooseSurvey: (form) => invoke("choose_survey", { form }),
  workspaceSettings: () => invoke("workspace_settings"),
  changeWorkspaceSettings: (change) => invoke("change_workspace_settings", { request: change }),
  logo: async () => fromBase64(await invoke<string>("logo")),
  putLogo: (bytes) => invoke("put_logo", { bytes: toBase64(bytes) }),
  removeLogo: () => invoke("remove_logo"),
  careerSite: () => invoke("career_site"),
  saveCareerSite: (version, content) => invoke("save_career_site", { request: { version, content } }),
  careerPicture: async (hash) => fromBase64(await invoke<string>("career_picture", { hash })),
  keepCareerPicture: (bytes) => invoke("keep_career_picture", { bytes: toBase64(bytes) }),
  domains: () => invoke("domains"),
  claimDomain: (name) => invoke("claim_domain", { name }),
  checkDomain: (id) => invoke("check_domain", { id }),
  removeDomain: (id) => invoke("remove_domain", { id }),
  heldForms: (page) => invoke("held_forms", { page }),
  admitForm: (id) => invoke("admit_form", { id }),
  dropForm: (id) => invoke("drop_form", { id }),
  dailyMail: () => invoke("daily_mail"),
  setDailyMail: (on) => invoke("set_daily_mail", { on }),
  assignmentMail: () => invoke("assignment_mail"),
  setAssignmentMail: (on) => invoke("set_assignment_mail", { on }),

  list: (request) => invoke("list", { request }),
  get: (kind, id) => invoke("get", { kind, id }),
  jobs: (filter) => invoke("jobs", { filter }),
  board: (jobId) => invoke("board", { jobId }),
  cards: (request) => invoke("cards", { request }),
  candidatePage: (id) => invoke("candidate_page", { id }),
  approvals: (kind, id) => invoke("approvals", { kind, id }),
  awaiting: () => invoke("awaiting"),
  duplicates: () => invoke("duplicates"),
  tags: () => invoke("tags"),
  pools: () => invoke("pools"),
  alerts: () => invoke("alerts"),
  followSearch: (search, on) => invoke("follow_search", { request: { search, on } }),
  checkAlerts: (request) => invoke("check_alerts", { request }),
  seeAlert: (search) => invoke("see_alert", { id: search }),
  dueForDeletion: () => invoke("due_for_deletion"),
  duplicatesOf: (id) => invoke("duplicates_of", { id }),
  search: (text, limit) => invoke("search", { text, limit }),

  create: (request) => invoke("create", { request }),
  createMany: (requests, undoable) => invoke("create_many", { requests, undoable }),
  edit: (request) => invoke("edit", { request }),
  editMany: (requests) => invoke("edit_many", { requests }),
  merge: (request) => invoke("merge", { request }),
  separate: (id) => invoke("separate", { id }),
  undo: (token) => invoke("undo", { token }),
  history: (request) => invoke("history", { request }),
  asOf: (request) => invoke("as_of", { request }),
  restore: (request) => invoke("restore", { request }),
  command: (name, target, args) => invoke("command", { name, target, args }),

  unpack: async (bytes) => {
    const unpacked = await invoke<{ documents: [string, string][]; left_out: string[] }>("unpack", { bytes: toBase64(bytes) });
    return { documents: unpacked.documents.map(([name, content]) => ({ name, bytes: fromBase64(content) })), leftOut: unpacked.left_out };
  },
  readDocument: (bytes) => invoke("read_document", { bytes: toBase64(bytes) }),
  readResume: (hash) => invoke("read_resume", { hash }),
  attachResume: (candidateId, name, bytes) => invoke("attach_resume", { candidateId, name, bytes: toBase64(bytes) }),
  attachFile: (request, bytes) => invoke("attach_file", { ...request, bytes: toBase64(bytes) }),
  useAsResume: (attachment) => invoke("use_as_resume", { id: attachment }),
  saveFile: (hash, name) => invoke("save_file", { hash, name }),
  file: async (hash) => fromBase64(await invoke<string>("file", { hash })),

  syncStatus: () => invoke("sync_status"),
  syncNow: () => invoke("sync_now"),
  attention: () => invoke("attention"),
  resolveAttention: (id, choice) => invoke("resolve_attention", { id, choice }),

  on<E extends keyof Events>(event: E, handler: (payload: Events[E]) => void): () => void {
    const stop = listen<Events[E]>(event, (message) => handler(message.payload));
    return () => void stop.then((unlisten) => unlisten());
  },
};
