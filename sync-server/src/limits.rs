//! Limits that only the server has. What both halves hold to is in `zumodra_shared::kernel::limits`.

use std::time::Duration;

use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS, Millis};

/// A request body, in bytes, where a route says nothing else.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// One piece of an upload, in bytes.
pub const MAX_PIECE_BYTES: usize = 4 << 20;
/// How long a request may take, the upload of a piece included.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long open requests and sockets get to end after the server was told to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one statement of PostgreSQL may take.
pub const STATEMENT_TIMEOUT_MS: u32 = 15_000;
/// How long PostgreSQL waits for the next statement of a transaction before it takes it back. A node that vanished in the
/// middle of a write lets go of the log's head by then, which is before the writers of other nodes give up waiting.
pub const IDLE_IN_TRANSACTION_MS: u32 = 12_000;
/// How long a request waits for a database connection.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an access token lives.
pub const ACCESS_TOKEN_MS: Millis = 15 * 60_000;
/// How long a refresh token lives.
pub const REFRESH_TOKEN_MS: Millis = 14 * DAY_MS;
/// How long after its use a refresh token is forgiven once, for the answer that was lost on the way.
pub const REFRESH_GRACE_MS: Millis = 10_000;
/// How long an invitation can be accepted.
pub const INVITATION_MS: Millis = 7 * DAY_MS;
/// Failed sign-ins that lock an account.
pub const MAX_SIGN_IN_FAILURES: i32 = 5;
/// How long a locked account stays locked, and how long a failure counts.
pub const LOCKOUT_MS: Millis = HOUR_MS;
/// How long a session is believed without asking the database again.
pub const SESSION_CACHE_MS: Millis = 5_000;
/// How long a tenant is believed without asking the database again.
pub const TENANT_CACHE_MS: Millis = 5_000;
/// Entries of one in-memory cache; a full cache is emptied.
pub const MAX_CACHE_ENTRIES: usize = 20_000;
/// How long what is somebody's own is only brought up to date, and not read from the start.
pub const OWN_CACHE_MS: Millis = 10 * 60_000;
/// Records that are held as somebody's own, of all people together; about 500 bytes each with what follows from it.
pub const MAX_CACHED_OWN: usize = 500_000;
/// How much older than the cache a device's last contact may be before it is written down.
pub const LAST_SEEN_STEP_MS: Millis = 60_000;

/// How long a device that is not in contact is remembered; its replica locked itself long before.
pub const UNSEEN_DEVICE_MS: Millis = 180 * DAY_MS;

/// Characters of the shortest password.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Bytes of the longest password.
pub const MAX_PASSWORD_BYTES: usize = 256;
/// Characters of an e-mail address.
pub const MAX_EMAIL_CHARS: usize = 254;
/// Characters of a person's, a workspace's or a device's name.
pub const MAX_PERSON_CHARS: usize = 120;
/// Passwords that are being hashed at the same moment; each takes 19 MiB.
pub const MAX_HASHES_AT_ONCE: usize = 4;
/// Tries of `-n` at the end of a slug.
pub const MAX_SLUG_TRIES: u32 = 200;
/// Events that a slow listener may be behind.
pub const MAX_EVENTS_BEHIND: usize = 1_024;

/// Rows of one page.
pub const PAGE_SIZE: i64 = 20;
/// Rows of the largest page that may be asked for.
pub const MAX_PAGE_SIZE: i64 = 100;

/// How long a half upload is kept.
pub const HALF_UPLOAD_MS: Millis = DAY_MS;
/// How long the file of a form that was not sent is kept, if forms may not stay open for longer.
pub const UNSENT_FILE_MS: Millis = 2 * DAY_MS;
/// Files of forms that were not sent that one sweep removes in a workspace.
pub const MAX_UNSENT_A_SWEEP: i64 = 200;
/// How long a signed address of a file works.
pub const FILE_LINK_MS: Millis = 10 * 60_000;
/// Entries of a document that is a zip archive.
pub const MAX_ZIP_ENTRIES: usize = 2_000;
/// What a document that is a zip archive may grow to, in bytes.
pub const MAX_ZIP_INFLATED_BYTES: u64 = 64 << 20;
/// Memory of a text extraction, in bytes.
pub const EXTRACT_MEMORY_BYTES: u64 = 512 << 20;
/// Processor seconds of a text extraction.
pub const EXTRACT_CPU_SECONDS: u64 = 10;
/// How long a text extraction may take.
pub const EXTRACT_TIMEOUT: Duration = Duration::from_secs(20);
/// Text extractions at the same moment.
pub const MAX_EXTRACTIONS_AT_ONCE: usize = 2;

/// How often what has run out is swept away.
pub const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Jobs that a workspace may have published at once, until plans say otherwise.
pub const MAX_OPEN_JOBS: i64 = 10_000;

/// Files that go with one mail, and the bytes of each.
pub const MAX_ATTACHMENTS: usize = 3;
/// See [`MAX_ATTACHMENTS`].
pub const MAX_ATTACHMENT_BYTES: usize = 64 << 10;
/// Mails of one template that strangers may make be sent from a workspace to one address, in [`UNASKED_MAILS_MS`].
pub const MAX_UNASKED_MAILS: i64 = 5;
/// See [`MAX_UNASKED_MAILS`].
pub const UNASKED_MAILS_MS: Millis = DAY_MS;
/// How long it is worth telling that an application arrived.
pub const APPLICATION_MAIL_MS: Millis = 3 * DAY_MS;
/// How long it is worth telling of an offer: to the candidate that it is there, to who sent it what became of it.
pub const OFFER_MAIL_MS: Millis = 7 * DAY_MS;
/// How long it is worth sending what somebody wrote to a candidate.
pub const EMAIL_MS: Millis = 3 * DAY_MS;
/// Bytes of a mail from a candidate, what is attached included.
pub const MAX_RECEIVED_BYTES: usize = 30 << 20;
/// Answers that one e-mail may get.
pub const MAX_ANSWERS_OF_EMAIL: i64 = 100;
/// Characters of an e-mail's text, subject and id, and of the names of what was attached: what the record has room for.
pub const MAX_EMAIL_BODY_CHARS: usize = 20_000;
/// See [`MAX_EMAIL_BODY_CHARS`].
pub const MAX_EMAIL_SUBJECT_CHARS: usize = 200;
/// See [`MAX_EMAIL_BODY_CHARS`].
pub const MAX_MESSAGE_ID_CHARS: usize = 500;
/// See [`MAX_EMAIL_BODY_CHARS`].
pub const MAX_LEFT_OUT_CHARS: usize = 2_000;
/// How long a test is worth sending.
pub const TEST_MAIL_MS: Millis = HOUR_MS;
/// Mails that a relay claims at once and sends one after the other over one connection.
pub const MAIL_BATCH: i64 = 16;
/// Connections of a node to the mail server at the same moment.
pub const MAIL_CONNECTIONS: usize = 4;
/// Tries of one mail: with the waits between them, about three and a half days.
pub const MAX_MAIL_TRIES: i32 = 30;
/// The wait after the first failed try of a mail; each wait is twice the one before, up to [`MAIL_WAIT_MAX_MS`].
pub const MAIL_WAIT_MS: Millis = 30_000;
/// See [`MAIL_WAIT_MS`].
pub const MAIL_WAIT_MAX_MS: Millis = 4 * HOUR_MS;
/// How often a node looks for mail that nobody rang for.
pub const MAIL_LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long the row of a mail is kept, without its text for most of it.
pub const MAIL_ROW_MS: Millis = 365 * DAY_MS;

/// How long a link that lets its holder choose a new password works.
pub const PASSWORD_RESET_MS: Millis = HOUR_MS;
/// Such links for one account in an hour.
pub const MAX_PASSWORD_RESETS: i64 = 3;

/// How long it is worth telling about an interview at most; until it begins, if that is sooner.
pub const INTERVIEW_MAIL_MS: Millis = 7 * DAY_MS;
/// How long it is worth telling about an interview that begins in less.
pub const MIN_INTERVIEW_MAIL_MS: Millis = HOUR_MS;
/// Bytes of a mail with an answer to an invitation.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;
/// Bytes of the calendar in such a mail.
pub const MAX_ANSWER_CALENDAR_BYTES: usize = 64 << 10;
/// Components of such a calendar: each may be inside of another.
pub const MAX_ANSWER_COMPONENTS: usize = 64;
/// How far back somebody's feed of interviews goes.
pub const FEED_BACK_MS: Millis = 30 * DAY_MS;
/// Interviews in one feed.
pub const MAX_FEED_INTERVIEWS: i64 = 1_000;

/// How often a calendar that somebody connected is compared while nothing is known to have changed.
pub const CALENDAR_EVERY_MS: Millis = 5 * 60_000;
/// How often a node looks for connected calendars that are due and that nobody rang for.
pub const CALENDAR_LOOK_EVERY: Duration = Duration::from_secs(30);
/// Connected calendars that a node is comparing at the same moment.
pub const MAX_CALENDARS_AT_ONCE: usize = 8;
/// How long comparing one calendar may take; what is left is done by the next pass.
pub const CALENDAR_PASS_WITHIN: Duration = Duration::from_secs(120);
/// How long a node has a calendar for itself: longer than a pass may take.
pub const CALENDAR_LEASE_MS: Millis = 5 * 60_000;
/// Events that one pass writes, and as many that it takes out; the next one goes on at once.
pub const MAX_EVENTS_PER_PASS: usize = 100;
/// The wait after the first pass that failed; each wait is twice the one before, up to [`CALENDAR_WAIT_MAX_MS`].
pub const CALENDAR_WAIT_MS: Millis = 60_000;
/// See [`CALENDAR_WAIT_MS`].
pub const CALENDAR_WAIT_MAX_MS: Millis = 4 * HOUR_MS;
/// The wait after a password was not taken: a server that locks accounts is not asked to.
pub const CALENDAR_SIGN_IN_WAIT_MS: Millis = DAY_MS;
/// How long somebody is told that an event which they moved was put back.
pub const CALENDAR_REFUSED_MS: Millis = 7 * DAY_MS;
/// How far ahead a connected calendar is asked when its person is busy.
pub const CALENDAR_BUSY_AHEAD_MS: Millis = 60 * DAY_MS;
/// How often it is asked while nothing changed in it: what recurs comes nearer.
pub const CALENDAR_BUSY_EVERY_MS: Millis = 6 * HOUR_MS;
/// Busy times of one calendar.
pub const MAX_CALENDAR_BUSY: usize = 2_000;
/// Busy times that are read at once, of all people together.
pub const MAX_BUSY_READ: i64 = 20_000;
/// People whose busy times are read at once.
pub const MAX_BUSY_MEMBERS: usize = 50;
/// How long a person waits for what their calendar's server says; a pass goes on without them.
pub const CALENDAR_ASKED_WITHIN: Duration = Duration::from_secs(12);
/// How long connecting to a calendar's server may take.
pub const CALENDAR_CONNECT_WITHIN: Duration = Duration::from_secs(8);
/// How long one answer of a calendar's server may take.
pub const CALENDAR_ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Bytes of one answer of a calendar's server.
pub const MAX_CALENDAR_ANSWER_BYTES: usize = 8 << 20;
/// Elements of such an answer, and how deep one may be inside of others.
pub const MAX_CALENDAR_ELEMENTS: usize = 200_000;
/// See [`MAX_CALENDAR_ELEMENTS`].
pub const MAX_CALENDAR_DEPTH: usize = 32;
/// Addresses that a calendar's server may send on to, one after the other.
pub const MAX_CALENDAR_REDIRECTS: usize = 4;
/// Pages of changes that are read at once.
pub const MAX_CALENDAR_PAGES: usize = 20;
/// Events whose marks are asked for at once.
pub const CALENDAR_EVENTS_ASKED: usize = 100;
/// Bytes of one event: people add notes and pictures to it.
pub const MAX_CALENDAR_EVENT_BYTES: usize = 1 << 20;
/// Calendars that somebody may choose from.
pub const MAX_CALENDARS: usize = 100;
/// Characters of a calendar's address, of the name that signs in there, of its password.
pub const MAX_CALENDAR_TEXT_CHARS: usize = 1_000;

/// How long a link into the candidates' portal works.
pub const PORTAL_LINK_MS: Millis = HOUR_MS / 2;
/// Such links for one address in an hour.
pub const MAX_PORTAL_LINKS: i64 = 3;
/// How long somebody who followed one stays in.
pub const PORTAL_SESSION_MS: Millis = 12 * HOUR_MS;
/// Messages that a candidate may write there about one application in an hour.
pub const MAX_PORTAL_MESSAGES: i64 = 20;
/// Documents that a candidate may hand in there for one application.
pub const MAX_PORTAL_DOCUMENTS: i64 = 20;
/// How long it is worth telling somebody what a candidate did in the portal.
pub const PORTAL_MAIL_MS: Millis = 7 * DAY_MS;
/// How long it is worth telling somebody that they are mentioned.
pub const MENTION_MAIL_MS: Millis = 3 * DAY_MS;
/// How long it is worth telling somebody what they were given.
pub const ASSIGNED_MAIL_MS: Millis = 3 * DAY_MS;
/// How long it is worth telling somebody that they are asked to agree.
pub const APPROVAL_MAIL_MS: Millis = 7 * DAY_MS;
/// How long it is worth telling of a reference: to who is asked, and to who asked.
pub const REFERENCE_MAIL_MS: Millis = 7 * DAY_MS;
/// Alerts about new positions that one address may have in a workspace.
pub const MAX_ALERTS: i64 = 5;
/// How long an alert waits for its yes.
pub const ALERT_UNCONFIRMED_MS: Millis = 2 * DAY_MS;
/// Positions that one mail names.
pub const MAX_ALERTED_JOBS: usize = 20;

/// Forms that are not taken and are kept nevertheless, for one reason, in one workspace, in a day.
pub const MAX_HELD_A_DAY: i64 = 50;
/// How long what most likely is no person's is kept, for people to look at.
pub const HELD_DOUBT_MS: Millis = 30 * DAY_MS;
/// How long what is a person's and could not be taken is kept, for people to look at.
pub const HELD_PERSON_MS: Millis = 90 * DAY_MS;

/// Hosts that a workspace may claim for its career pages.
pub const MAX_DOMAINS: i64 = 10;
/// How long the DNS gets to answer one question, and how often it is asked it.
pub const DNS_TIMEOUT: Duration = Duration::from_secs(3);
/// See [`DNS_TIMEOUT`].
pub const DNS_TRIES: usize = 2;
/// How long everything that is asked of the DNS about one host may take.
pub const DNS_PATIENCE: Duration = Duration::from_secs(10);
/// Texts at one name in the DNS that are looked at, and addresses of one host.
pub const MAX_DNS_RECORDS: usize = 50;
/// How soon the DNS is asked again about a host because somebody wants to know.
pub const DOMAIN_ASK_AGAIN_MS: Millis = 5_000;
/// The wait after the first look for the proof of a claim; each is twice the one before, up to [`DOMAIN_WAIT_MAX_MS`].
pub const DOMAIN_WAIT_MS: Millis = 5 * 60_000;
/// See [`DOMAIN_WAIT_MS`].
pub const DOMAIN_WAIT_MAX_MS: Millis = 4 * HOUR_MS;
/// How long a claim that is not verified is looked for without being asked to.
pub const DOMAIN_GIVE_UP_MS: Millis = 30 * DAY_MS;
/// How often a verified host is looked at.
pub const DOMAIN_RECHECK_MS: Millis = DAY_MS;
/// How often a verified host is looked at whose proof is gone.
pub const DOMAIN_MISSING_WAIT_MS: Millis = HOUR_MS;
/// How long the proof of a verified host is gone before its owners are told.
pub const DOMAIN_WARN_MS: Millis = DAY_MS;
/// How long the proof of a verified host may be gone before it leads nowhere.
pub const DOMAIN_GRACE_MS: Millis = 7 * DAY_MS;
/// Hosts that one sweep looks at, how many of them at once, and how long they are kept from other nodes' sweeps.
pub const MAX_DOMAINS_SWEPT: i64 = 200;
/// How long one sweep looks at hosts.
pub const DOMAINS_SWEPT_WITHIN: Duration = Duration::from_secs(60);
/// See [`MAX_DOMAINS_SWEPT`].
pub const MAX_DOMAINS_AT_ONCE: usize = 8;
/// See [`MAX_DOMAINS_SWEPT`].
pub const DOMAIN_LEASE_MS: Millis = 15 * 60_000;
