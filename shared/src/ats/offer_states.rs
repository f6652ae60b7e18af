//! The states of an offer, as a table: which command leads from where to where, what it asks for, and what it writes. The
//! server judges by it, the desktop asks it first, the window offers what it allows, and `docs/state-machines.md` is drawn
//! from it.

use serde_json::{Value, json};

use super::OfferStatus::{
    Accepted, Approved, Countered, Declined, Draft, Expired, PendingApproval, Sent, Viewed, Withdrawn,
};
use super::approval::{self, is_above};
use super::deputies::{Asked, Deputies, Word};
use super::rules::{is_email, read, text};
use super::{Offer, OfferStatus, StageKind};
use crate::access::{Action, Principal};
use crate::kernel::time::DAY_MS;
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{Edit, EditOp, Fields};

/// Characters of the longest reason.
const MAX_REASON_CHARS: usize = 500;
/// Characters of the longest name that somebody signs with.
pub const MAX_NAME_CHARS: usize = 200;

/// A command on an offer, by which the server moves it from one status to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OfferCommand {
    /// Asks those who have to agree.
    Submit,
    /// Agrees.
    Approve,
    /// Gives it back to whoever wrote it.
    Return,
    /// Gives it to the candidate.
    Send,
    /// Notes that the candidate looked at it.
    View,
    /// Notes that the candidate said yes.
    Accept,
    /// Notes that the candidate said no.
    Decline,
    /// Notes that the candidate asks for something else.
    Counter,
    /// Writes it anew.
    Revise,
    /// Ends it because its last day is over.
    Expire,
    /// Calls it off.
    Withdraw,
}

impl OfferCommand {
    /// Every command, in the order in which a screen offers them.
    pub const ALL: [Self; 11] = [
        Self::Send,
        Self::Submit,
        Self::Approve,
        Self::Return,
        Self::View,
        Self::Accept,
        Self::Decline,
        Self::Counter,
        Self::Revise,
        Self::Expire,
        Self::Withdraw,
    ];

    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit_offer",
            Self::Approve => "approve_offer",
            Self::Return => "return_offer",
            Self::Send => "send_offer",
            Self::View => "view_offer",
            Self::Accept => "accept_offer",
            Self::Decline => "decline_offer",
            Self::Counter => "counter_offer",
            Self::Revise => "revise_offer",
            Self::Expire => "expire_offer",
            Self::Withdraw => "withdraw_offer",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name() == name)
    }

    /// What it does, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Submit => "Asks those who have to agree to an offer.",
            Self::Approve => "Agrees to an offer.",
            Self::Return => "Gives an offer back to whoever wrote it, with what is missing.",
            Self::Send => "Gives an offer to the candidate.",
            Self::View => "Notes that the candidate looked at an offer.",
            Self::Accept => "Notes that the candidate accepted, and marks them as hired.",
            Self::Decline => "Notes that the candidate declined, with why.",
            Self::Counter => "Notes what the candidate asks for instead.",
            Self::Revise => "Takes an offer up again as a draft, as its next version.",
            Self::Expire => "Ends an offer of which the last day is over.",
            Self::Withdraw => "Calls an offer off, with a reason.",
        }
    }

    /// Whether it has to say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Decline | Self::Counter | Self::Withdraw)
    }

    /// Whether it is said by those who have to agree.
    #[must_use]
    pub const fn is_of_approvers(self) -> bool {
        matches!(self, Self::Approve | Self::Return)
    }
}

/// The table: from which status a command leads to which. The last approval leads to `approved`; those before it stay.
pub const TRANSITIONS: &[(OfferStatus, OfferCommand, OfferStatus)] = &[
    (Draft, OfferCommand::Send, Sent),
    (Draft, OfferCommand::Submit, PendingApproval),
    (Draft, OfferCommand::Withdraw, Withdrawn),
    (PendingApproval, OfferCommand::Approve, Approved),
    (PendingApproval, OfferCommand::Return, Draft),
    (PendingApproval, OfferCommand::Withdraw, Withdrawn),
    (Approved, OfferCommand::Send, Sent),
    (Approved, OfferCommand::Revise, Draft),
    (Approved, OfferCommand::Withdraw, Withdrawn),
    (Sent, OfferCommand::View, Viewed),
    (Sent, OfferCommand::Accept, Accepted),
    (Sent, OfferCommand::Decline, Declined),
    (Sent, OfferCommand::Counter, Countered),
    (Sent, OfferCommand::Expire, Expired),
    (Sent, OfferCommand::Withdraw, Withdrawn),
    (Viewed, OfferCommand::Accept, Accepted),
    (Viewed, OfferCommand::Decline, Declined),
    (Viewed, OfferCommand::Counter, Countered),
    (Viewed, OfferCommand::Expire, Expired),
    (Viewed, OfferCommand::Withdraw, Withdrawn),
    (Countered, OfferCommand::Revise, Draft),
    (Countered, OfferCommand::Decline, Declined),
    (Countered, OfferCommand::Withdraw, Withdrawn),
    (Expired, OfferCommand::Revise, Draft),
];

/// Where a command leads; none where it is not legal. A status that a newer version wrote allows none.
#[must_use]
pub fn next(from: OfferStatus, command: OfferCommand) -> Option<OfferStatus> {
    TRANSITIONS.iter().find(|(at, by, _)| (*at, *by) == (from, command)).map(|(.., to)| *to)
}

/// What a command may need beside the offer.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Who asked.
    pub principal: &'a Principal,
    /// The server's clock, in milliseconds.
    pub now: i64,
    /// What the stage means that the application is in.
    pub stage: StageKind,
    /// The job that it is for.
    pub job: &'a Fields,
    /// The workspace's rules of approval.
    pub rules: &'a [Fields],
    /// Who stands in for whom now.
    pub deputies: &'a Deputies,
    /// Who made the offer.
    pub author: Option<RecordId>,
}

/// The edits that a command makes on an offer.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::WrongState`], [`Code::ApplicationIsOver`], [`Code::ReasonRequired`],
/// [`Code::ApprovalNeeded`], [`Code::InvalidFields`] for what is missing before it is sent, or [`Code::UnknownCommand`].
pub fn run(name: &str, offer: &Fields, args: &Value, ctx: &Context<'_>) -> Result<Vec<Edit>, Problem> {
    let command = OfferCommand::from_name(name).ok_or_else(|| Problem::new(Code::UnknownCommand))?;
    let known: Offer = read(offer).ok_or_else(|| Problem::new(Code::Internal))?;
    let asked = approval::asked_on_offer(ctx.rules, offer, ctx.job, ctx.author);
    may(command, &known, &asked, ctx)?;
    let chain = &asked.chain;
    let from = OfferStatus::from_name(text(offer, "status"));
    // Who answers a letter answers the version that they read.
    if args.get("version").and_then(Value::as_i64).is_some_and(|read| read != known.version) {
        return Err(Problem::new(Code::WrongState).detail("There is a newer version of the offer."));
    }
    let Some(to) = next(from, command) else {
        return Err(Problem::new(Code::WrongState).detail(format!("The offer is {}.", from.name())));
    };
    let reason = reason(args);
    if command.needs_reason() && reason.is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("reason", "A reason is needed."));
    }
    if ctx.stage.is_closed() && to.is_open() {
        return Err(Problem::new(Code::ApplicationIsOver));
    }
    match command {
        OfferCommand::Submit if known.approver_ids.ids.is_empty() && chain.is_empty() => {
            let message = "Say who has to agree.";
            Err(Problem::new(Code::InvalidFields).field("approver_ids", message))
        }
        OfferCommand::Submit => {
            sendable(&known, ctx.now)?;
            Ok([moved(to, ""), asked_now(ctx)].concat())
        }
        OfferCommand::Send => {
            if from == Draft && !(known.approver_ids.ids.is_empty() && chain.is_empty()) {
                return Err(Problem::new(Code::ApprovalNeeded));
            }
            sendable(&known, ctx.now)?;
            Ok([moved(to, ""), sent(args, ctx)?].concat())
        }
        OfferCommand::Approve => {
            let (said, is_done) = agreed(offer, &known, &asked, &reason, ctx);
            Ok(if is_done { [vec![said], moved(to, "")].concat() } else { vec![said] })
        }
        OfferCommand::Return => {
            // What is written anew is agreed to anew, by those who had agreed already as well.
            let anew = [moved(to, &reason), vec![next_version(&known)]].concat();
            if ctx.principal.is_server() {
                return Ok(anew);
            }
            let word = asked.returning(ctx.principal.user_id, ctx.deputies);
            Ok([anew, vec![said(&known, (false, &reason), word, ctx)]].concat())
        }
        OfferCommand::Accept if ctx.stage.is_closed() => Err(Problem::new(Code::ApplicationIsOver)),
        OfferCommand::Accept if is_over(&known, ctx.now) => {
            Err(Problem::new(Code::WrongState).detail("The last day of the offer is over."))
        }
        OfferCommand::Expire if !is_over(&known, ctx.now) => {
            Err(Problem::new(Code::WrongState).detail("The last day of the offer is not over."))
        }
        OfferCommand::Revise => Ok([moved(to, ""), written_anew(&known)].concat()),
        OfferCommand::View => Ok(moved(to, &reason)),
        OfferCommand::Counter => {
            Ok([moved(to, &reason), vec![countered(&known, args, &reason, ctx.now)?]].concat())
        }
        OfferCommand::Accept => {
            let signed = signed(args, ctx);
            Ok([moved(to, &reason), vec![Edit::set("closed_at", ctx.now)], signed].concat())
        }
        OfferCommand::Decline | OfferCommand::Expire | OfferCommand::Withdraw => {
            Ok([moved(to, &reason), vec![Edit::set("closed_at", ctx.now)]].concat())
        }
    }
}

/// The name of the command by which the server notes the letter of an offer; nobody else has it.
pub const NOTE_LETTER: &str = "note_letter";

/// The edits that note a letter: `hash` of `version`, which is `sealed` or not yet.
///
/// # Errors
/// [`Code::UnknownCommand`] for everybody but the server, [`Code::WrongState`] when the offer is not what the letter is of
/// any more.
pub fn note_letter(offer: &Fields, args: &Value, principal: &Principal) -> Result<Vec<Edit>, Problem> {
    if !principal.is_server() {
        return Err(Problem::new(Code::UnknownCommand));
    }
    let known: Offer = read(offer).ok_or_else(|| Problem::new(Code::Internal))?;
    let is_sealed = args.get("sealed").and_then(Value::as_bool).unwrap_or_default();
    let fits = match OfferStatus::from_name(text(offer, "status")) {
        Sent | Viewed => !is_sealed,
        Accepted => is_sealed,
        _ => false,
    };
    let hash = args.get("hash").and_then(Value::as_str).unwrap_or_default();
    if !fits || hash.is_empty() || args.get("version").and_then(Value::as_i64) != Some(known.version) {
        return Err(Problem::new(Code::WrongState).detail("The letter is of another offer by now."));
    }
    Ok(vec![Edit::set("letter_hash", hash)])
}

/// The edits that call an offer off because what it is for is over.
#[must_use]
pub fn called_off(now: i64) -> Vec<Edit> {
    [moved(Withdrawn, APPLICATION_OVER), vec![Edit::set("closed_at", now)]].concat()
}

/// What stands as the reason of an offer that nobody agreed to in time; the screens have words for it.
pub const APPROVAL_RAN_OUT: &str = "approval_ran_out";

/// What stands as the reason of an offer that ended with its application; the screens have words for it.
pub const APPLICATION_OVER: &str = "application_over";

/// That it is sent now, by whom and to which address. A letter that was made for something else is none of this.
fn sent(args: &Value, ctx: &Context<'_>) -> Result<Vec<Edit>, Problem> {
    let sent_to = sent_to(args)?;
    let by = (!ctx.principal.is_server()).then(|| ctx.principal.user_id.to_string());
    let sent = [
        ("sent_at", json!(ctx.now)),
        ("sent_to", json!(sent_to)),
        ("sent_by", json!(by)),
        ("letter_hash", Value::Null),
    ];
    Ok(sent.map(|(field, value)| Edit::set(field, value)).to_vec())
}

/// That agreement is asked for now, and by whom.
fn asked_now(ctx: &Context<'_>) -> Vec<Edit> {
    let by = (!ctx.principal.is_server()).then(|| ctx.principal.user_id.to_string());
    vec![Edit::set("asked_at", ctx.now), Edit::set("asked_by", json!(by))]
}

/// The word of who agrees, and whether nobody's is missing any more.
fn agreed(offer: &Fields, known: &Offer, asked: &Asked, note: &str, ctx: &Context<'_>) -> (Edit, bool) {
    let who = ctx.principal.user_id;
    let word = asked.word(who, ctx.deputies);
    let after = approval::of_offer(ctx.rules, offer, ctx.job, word.or(Some(who.into())));
    // Who is above those who have to agree agrees for all of them; who is one of them gives their own word.
    let for_all = is_above(ctx.principal) && !asked.names(who);
    let all_named = asked.awaited.iter().all(|awaited| word.is_some_and(|word| word.of == *awaited));
    (said(known, (true, note), word, ctx), for_all || (all_named && after.is_done()))
}

fn moved(to: OfferStatus, reason: &str) -> Vec<Edit> {
    vec![Edit::set("status", to.name()), Edit::set("reason", reason)]
}

fn may(command: OfferCommand, offer: &Offer, asked: &Asked, ctx: &Context<'_>) -> Result<(), Problem> {
    let principal = ctx.principal;
    if principal.is_server() {
        return Ok(());
    }
    if command.is_of_approvers() {
        let who = principal.user_id;
        let of_chain = match command {
            OfferCommand::Approve => asked.word(who, ctx.deputies).is_some(),
            _ => asked.returning(who, ctx.deputies).is_some(),
        };
        if asked.named.contains(&who) || of_chain || is_above(principal) {
            return Ok(());
        }
        // Who sends offers can take one back: rules may have changed so that nobody is left to ask.
        if command == OfferCommand::Approve {
            return Err(Problem::new(Code::Forbidden));
        }
    }
    principal.require("offers", Action::Publish, None, Some(offer.job_id.record()))
}

fn reason(args: &Value) -> String {
    let reason = args.get("reason").and_then(Value::as_str).unwrap_or_default();
    reason.trim().chars().take(MAX_REASON_CHARS).collect()
}

/// The address that the letter goes to: `to`, or none when it is given to the candidate in another way.
fn sent_to(args: &Value) -> Result<String, Problem> {
    let to = args.get("to").and_then(Value::as_str).unwrap_or_default().trim();
    if to.is_empty() || is_email(to) {
        return Ok(to.to_owned());
    }
    Err(Problem::new(Code::InvalidFields).field("to", "This is not an e-mail address."))
}

/// The name that the candidate signed with, where the server saw them sign: nobody else can say so.
fn signed(args: &Value, ctx: &Context<'_>) -> Vec<Edit> {
    let name = args.get("signed_name").and_then(Value::as_str).unwrap_or_default().trim();
    if name.is_empty() || !ctx.principal.is_server() {
        return Vec::new();
    }
    let name: String = name.chars().take(MAX_NAME_CHARS).collect();
    vec![Edit::set("signed_name", name), Edit::set("signed_at", ctx.now)]
}

/// Whether there is enough of it to be sent, and time to answer.
fn sendable(offer: &Offer, now: i64) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::InvalidFields);
    if offer.salary.is_none() {
        problem = problem.field("salary", "An offer says what is paid.");
    }
    if offer.currency.is_empty() {
        problem = problem.field("currency", "An amount has a currency.");
    }
    if offer.starts_on.is_none() {
        problem = problem.field("starts_on", "An offer says when the work begins.");
    }
    if is_over(offer, now) {
        problem = problem.field("expires_on", "This day is over.");
    }
    if let (Some(first), Some(last)) = (&offer.starts_on, &offer.ends_on)
        && last.0 < first.0
    {
        problem = problem.field("ends_on", "The last day is before the first one.");
    }
    if offer.components.0.iter().any(|component| component.item.name.trim().is_empty()) {
        problem = problem.field("components", "Every part of the pay has a name.");
    }
    if offer.cliff_months.is_some_and(|cliff| offer.vesting_months.is_none_or(|vesting| cliff > vesting)) {
        problem = problem.field("cliff_months", "The first shares come no later than the last ones.");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// Whether the last day of an offer is over everywhere on earth: no zone is more than twelve hours behind.
fn is_over(offer: &Offer, now: i64) -> bool {
    const LAST_ZONE_MS: i64 = DAY_MS / 2;
    offer
        .expires_on
        .as_ref()
        .and_then(|day| day.start_ms())
        .is_some_and(|start| now >= start + DAY_MS + LAST_ZONE_MS)
}

/// What an offer that is written anew has no more of the letter that went out.
fn written_anew(offer: &Offer) -> Vec<Edit> {
    let nothing = ["closed_at", "letter_hash"].map(|field| Edit::set(field, Value::Null));
    [vec![next_version(offer), Edit::set("sent_to", "")], nothing.to_vec()].concat()
}

/// The largest amount that a candidate may ask for, in minor units: what an amount with nine digits before the point is.
pub const MAX_ASKED: i64 = 99_999_999_999;

/// What the candidate asks for, as another round.
fn countered(offer: &Offer, args: &Value, reason: &str, now: i64) -> Result<Edit, Problem> {
    let salary = match args.get("salary") {
        None | Some(Value::Null) => None,
        Some(asked) => match asked.as_i64() {
            Some(minor) if (0..=MAX_ASKED).contains(&minor) => Some(minor),
            _ => return Err(Problem::new(Code::InvalidFields).field("salary", "This is not an amount.")),
        },
    };
    // A version is answered once, so the round has one id however often the answer comes.
    let item = format!("v{}", offer.version);
    let values = [
        ("version", json!(offer.version)),
        ("at", json!(now)),
        ("salary", json!(salary)),
        ("currency", json!(offer.currency)),
        ("period", json!(offer.period.name())),
        ("reason", json!(reason)),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    Ok(Edit { field: "counters".to_owned(), op: EditOp::ItemPut { item, after: None, values } })
}

fn next_version(offer: &Offer) -> Edit {
    Edit::set("version", offer.version.saturating_add(1))
}

/// What somebody said to this version, as an item of its own for each of them: who changes their mind says it again. A word in
/// another's place is beside their own.
fn said(offer: &Offer, (agreed, note): (bool, &str), word: Option<Word>, ctx: &Context<'_>) -> Edit {
    let by = ctx.principal.user_id;
    let instead_of = word.map(|word| word.of).filter(|of| *of != by);
    let item = match instead_of {
        Some(_) => format!("d-{}-{}", by.simple(), offer.version),
        None => format!("{by}-{}", offer.version),
    };
    let values = [
        ("by", json!(by.to_string())),
        ("version", json!(offer.version)),
        ("agreed", json!(agreed)),
        ("note", json!(note)),
        ("instead_of", json!(instead_of.map(|of| of.to_string()).unwrap_or_default())),
        ("at", json!(ctx.now)),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    Edit { field: "approvals".to_owned(), op: EditOp::ItemPut { item, after: None, values } }
}
