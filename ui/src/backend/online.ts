// What is asked of the server alone, while it can be reached: mail, erasures, the survey, the calendar feed, the workspace.

/** A mail that the workspace sends. It is on the server alone. */
export interface Mail {
  id: string;
  template: string;
  to: string;
  to_name: string;
  language: string;
  state: string;
  tries: number;
  next_at: number | null;
  /** What the mail server said, or an empty text. */
  problem: string;
  /** Null when the text was removed. */
  subject: string | null;
  created_at: number;
  sent_at: number | null;
  /** Null in a list, and when it was removed. */
  text: string | null;
}

export interface MailPage {
  count: number;
  /** Whether the server has a mail server. */
  configured: boolean;
  mails: Mail[];
}

/** Somebody who was told of an interview. */
export interface Invited {
  name: string;
  audience: string;
  state: string;
  /** What became of the last mail to them, null when its row was removed. */
  mail: string | null;
  /** `accepted`, `declined` or `tentative`; null before they answered. */
  answer: string | null;
  answered_at: string | null;
}

/** What was erased, and where it has been done. */
export interface Erasure {
  candidate_id: string;
  asked_at: number | null;
  erased_at: number;
  erased_by: string | null;
  documents: number;
  files: number;
  /** Computers that may have held something of it. */
  devices: number;
  /** Those of them that have not confirmed yet. */
  waiting: { device_id: string; user_id: string | null; name: string; last_seen_at: number | null }[];
}

/** Who asks to be erased, the longest waiting first, and what was erased, the newest first. */
export interface Erasures {
  asked: { candidate_id: string; asked_at: number }[];
  done: Erasure[];
}

/** A sum; none where it could point to somebody, or would tell such a one. */
export interface SurveySum {
  told: "count" | "fewer" | "withheld";
  count: number | null;
}

/** What was answered to the form that the workspace offers, in sums; an empty form where it offers none. */
export interface SurveyReport {
  form: string;
  /** The half-year that is summed up, and the last one that is over, as in `2026-H1`. */
  half_year: string;
  latest: string;
  /** Sums below this are not told. */
  fewest_shown: number;
  questions: { name: string; text: string; total: SurveySum; answers: ({ name: string; text: string } & SurveySum)[] }[];
}

/** How often something of a job's public page happened. */
export interface JobViewCounts {
  /** The page was looked at. */
  views: number;
  /** The application form was opened. */
  started: number;
  /** An application was sent. */
  sent: number;
}

/** The counts of a job over some days, together and by the day; days on which nothing was are left out. */
export interface JobViews extends JobViewCounts {
  since: string;
  days: ({ day: string } & JobViewCounts)[];
}

/** The person's calendar feed. */
export interface CalendarFeed {
  exists: boolean;
  /** Told once, when it is made. */
  url: string | null;
}

/** The calendar that the person keeps elsewhere. */
export interface CalendarConnection {
  connected: boolean;
  url: string | null;
  name: string | null;
  /** Who signs in there. */
  login: string | null;
  /** When it was found in step last. */
  in_step_at: string | null;
  /** The code of why it is not in step. */
  problem: string | null;
  /** The last event that was moved there and whose interview was not: it was put back. */
  refused: { interview_id: string | null; problem: string; at: string | null } | null;
  /** Whether those who plan are told when the person is busy by it. */
  shows_busy: boolean;
  /** When it said so last. */
  busy_at: string | null;
  /** The code of why it does not say so. */
  busy_problem: string | null;
  /** What there is to choose from, when an address has several. */
  calendars: { url: string; name: string }[];
}

/** Whose busy times are asked for, and between which instants, in milliseconds. */
export interface BusyRequest {
  members: string[];
  from: number;
  until: number;
}

/** A time in which somebody is busy by the calendar that they keep elsewhere. */
export interface BusyTime {
  member_id: string;
  starts_at: string;
  ends_at: string;
}

/** What connects a calendar; an empty `calendar` asks which there are. */
export interface ConnectCalendar {
  url: string;
  login: string;
  password: string;
  calendar: string;
  shows_busy: boolean;
}

/** The person's own calendars; only with the server. */
export interface Calendars {
  /** The feed. Its address is told once, when it is made. */
  calendarFeed(): Promise<CalendarFeed>;
  makeCalendarFeed(): Promise<CalendarFeed>;
  removeCalendarFeed(): Promise<CalendarFeed>;
  /** The calendar that the person keeps elsewhere; the server alone keeps the password. */
  calendarConnection(): Promise<CalendarConnection>;
  /** Connects it, or answers which calendars there are to choose from. */
  connectCalendar(request: ConnectCalendar): Promise<CalendarConnection>;
  /** Has it compared now. */
  compareCalendar(): Promise<CalendarConnection>;
  disconnectCalendar(): Promise<CalendarConnection>;
  /** Shows when the person is busy to those who plan, or shows it no more. */
  showBusy(shows: boolean): Promise<CalendarConnection>;
  /** When people are busy by the calendars that they connected and show. */
  busy(request: BusyRequest): Promise<BusyTime[]>;
}

/** A logo without its picture. */
export interface Logo {
  /** Of its content. */
  hash: string;
  media_type: string;
  width: number;
  height: number;
}

/** What a workspace chooses for itself, by the server's names; where nothing is chosen, a text is empty. */
export interface WorkspaceChoices {
  name: string;
  /** Of its pages and mails. */
  language: string;
  currency: string;
  timezone: string;
  /** Where answers to its mails go. */
  mail_reply_to: string;
  careers_title: string;
  careers_tagline: string;
  careers_about: string;
  /** `#rrggbb` */
  careers_color: string;
  careers_contact: string;
  /** What job boards are told: an address to write to, and the number of the page on LinkedIn. */
  careers_email: string;
  careers_linkedin_id: string;
  /** Whether people may apply for no job in particular. */
  careers_spontaneous: boolean;
  /** What people are to read before they apply: where it is. */
  careers_privacy_url: string;
  careers_terms_url: string;
  /** Whose pages may show the list of jobs; anybody's where none is named. */
  careers_embed_origins: string[];
  /** For how many months candidates are kept after their last application ended; 0 for no period. */
  retention_months: number;
}

/** What a workspace chose, with its logo and the address of its career page. */
export interface WorkspaceSettings extends WorkspaceChoices {
  page: string;
  careers_logo: Logo | null;
}

/** A host of the workspace's own for its career page. */
export interface Domain {
  id: string;
  host: string;
  /** Where the claim stands. */
  state: "waiting" | "verified" | "lost";
  /** What was seen in the DNS last; null before it was asked. */
  seen: "found" | "absent" | "other" | "silent" | "taken" | null;
  /** Whether the host leads to the server. */
  points_here: boolean;
  /** Whether the server's operator vouches for it: then nothing need be entered. */
  is_vouched: boolean;
  /** What to enter in the DNS. */
  records: { type: "TXT" | "CNAME" | "A" | "AAAA"; name: string; value: string }[];
  checked_at: number | null;
  /** Until when the page is there though its proof is gone; null while nothing is wrong. */
  ends_at: number | null;
}

/** A form of the career page that was not taken. It is on the server alone. */
export interface HeldForm {
  id: string;
  reason: "honeypot" | "fast" | "unproven" | "rate" | "duplicate" | "failed" | (string & {});
  /** What went wrong with it; null where nothing did. */
  problem: string | null;
  /** Null for no job in particular. */
  job_id: string | null;
  /** Null for a job that is gone. */
  job_title: string | null;
  name: string;
  email: string;
  phone: string;
  /** The letter, or what they wrote about themselves. */
  text: string;
  /** The names of the files that are there. */
  files: string[];
  created_at: number;
  /** When it is removed by itself. */
  removed_at: number;
}

export interface HeldPage {
  count: number;
  forms: HeldForm[];
}

/** What became of a form that was let in. */
export interface AdmittedForm {
  state: "processed" | "error" | "pending" | (string & {});
  candidate_id: string | null;
  application_id: string | null;
  problem: string | null;
}

/** What the engine does with forms that were not taken; for administrators, and only with the server. */
export interface HeldForms {
  heldForms(page: number): Promise<HeldPage>;
  /** Lets one in, once; refused with `not-found` where somebody let it in or dropped it before. */
  admitForm(id: string): Promise<AdmittedForm>;
  dropForm(id: string): Promise<null>;
}

/** What the engine does with hosts of the workspace's own. */
export interface OwnHosts {
  /** The hosts that the workspace claims for its career page, the oldest first; for administrators, and only with the server. */
  domains(): Promise<Domain[]>;
  /** Claims a host; refused at the field `host` for what cannot be one, and with `already-exists` where another workspace has it. */
  claimDomain(name: string): Promise<Domain>;
  /** Looks in the DNS for what proves a claim. */
  checkDomain(id: string): Promise<Domain>;
  removeDomain(id: string): Promise<null>;
}
