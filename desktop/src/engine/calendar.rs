//! What the server alone knows of interviews in calendars: who was invited and what they answered, the person's own feed,
//! and the calendar that they keep elsewhere. Nothing of it is kept here, and its password least of all.

use serde::{Deserialize, Serialize};
use serde_json::json;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::Engine;

/// Where the person's feed is made and taken away.
const FEED: &str = "accounts/calendar/";
/// Where the calendar is connected that the person keeps elsewhere, and where it is compared.
const CONNECTION: &str = "accounts/calendar/connection/";
/// When people are busy by their calendars.
const BUSY: &str = "ats/busy/";
const COMPARE: &str = "accounts/calendar/connection/sync/";

/// Somebody who was told of an interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The name.
    pub name: String,
    /// `candidate` or `member`.
    pub audience: String,
    /// `invited` or `cancelled`.
    pub state: String,
    /// What became of the last mail to them; none when its row was removed.
    pub mail: Option<String>,
    /// What they answered (RFC 5545, 3.2.12): `accepted`, `declined` or `tentative`, if they did.
    pub answer: Option<String>,
    /// When they answered.
    pub answered_at: Option<String>,
}

/// Everybody who was told of an interview.
#[derive(Debug, Deserialize)]
struct Invitations {
    results: Vec<Invited>,
}

/// The person's feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Whether there is one.
    #[serde(default)]
    pub exists: bool,
    /// Its address: told once, when it is made.
    #[serde(default)]
    pub url: Option<String>,
}

/// The calendar that the person keeps elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Connection {
    /// Whether there is one.
    pub connected: bool,
    /// Its address.
    pub url: Option<String>,
    /// What it is called there.
    pub name: Option<String>,
    /// Who signs in there.
    pub login: Option<String>,
    /// When it was found in step last.
    pub in_step_at: Option<String>,
    /// The code of why it is not in step.
    pub problem: Option<String>,
    /// A move that was not taken.
    pub refused: Option<RefusedMove>,
    /// Whether those who plan are told when its person is busy.
    pub shows_busy: bool,
    /// When the calendar said so last.
    pub busy_at: Option<String>,
    /// The code of why it does not say so.
    pub busy_problem: Option<String>,
    /// What there is to choose from, when an address has several.
    pub calendars: Vec<CalendarChoice>,
}

/// Whose busy times are asked for, and between which instants.
#[derive(Debug, Clone, Deserialize)]
pub struct BusyRequest {
    members: Vec<RecordId>,
    from: i64,
    until: i64,
}

/// A time in which somebody is busy by their own calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusyTime {
    /// Who.
    pub member_id: RecordId,
    /// From when.
    pub starts_at: String,
    /// Until before when.
    pub ends_at: String,
}

/// The busy times of some people.
#[derive(Debug, Deserialize)]
struct BusyTimes {
    results: Vec<BusyTime>,
}

/// An event that was moved in the calendar, and put back there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedMove {
    /// Of which interview.
    pub interview_id: Option<RecordId>,
    /// The code of why.
    pub problem: String,
    /// When.
    pub at: Option<String>,
}

/// A calendar that the person may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarChoice {
    /// Its address.
    pub url: String,
    /// What it is called.
    pub name: String,
}

/// What connects a calendar. It is handed on and forgotten, and never printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConnectRequest {
    url: String,
    login: String,
    password: String,
    #[serde(default)]
    calendar: String,
    #[serde(default)]
    shows_busy: bool,
}

impl Engine {
    /// Who was told of an interview, and what they answered.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`]; `NotFound` for an interview that the person may not see.
    pub async fn invitations(&self, id: RecordId) -> Result<Vec<Invited>, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("ats/interviews/{id}/invitations/");
        let found: Invitations = self.0.http.read_at(&workspace.account().server, &token, &address).await?;
        Ok(found.results)
    }

    /// Whether the person has a feed.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`].
    pub async fn calendar_feed(&self) -> Result<Feed, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, FEED).await
    }

    /// Makes a feed, and another address of one that is there.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn make_calendar_feed(&self) -> Result<Feed, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let made: Feed = self.0.http.make_at(&workspace.account().server, &token, FEED).await?;
        Ok(Feed { exists: true, ..made })
    }

    /// Takes the feed away.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn remove_calendar_feed(&self) -> Result<Feed, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.remove_at(&workspace.account().server, &token, FEED).await?;
        Ok(Feed::default())
    }

    /// How the calendar stands that the person keeps elsewhere.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn calendar_connection(&self) -> Result<Connection, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, CONNECTION).await
    }

    /// Connects a calendar, or answers which there are to choose from.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`], and why the server cannot use it.
    pub async fn connect_calendar(&self, request: &ConnectRequest) -> Result<Connection, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let bytes = serde_json::to_vec(request).map_err(|_| Problem::new(Code::BadRequest))?;
        self.0.http.put_at(&workspace.account().server, &token, CONNECTION, bytes).await
    }

    /// Has those who plan told when the person is busy by their calendar, or told no more.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`]; `NotFound` when there is no calendar.
    pub async fn show_busy(&self, shows: bool) -> Result<Connection, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let change = json!({ "shows_busy": shows });
        self.0.http.change_at(&workspace.account().server, &token, CONNECTION, &change).await
    }

    /// When people are busy by the calendars that they keep elsewhere and show.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn busy(&self, request: &BusyRequest) -> Result<Vec<BusyTime>, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let members: Vec<String> = request.members.iter().map(ToString::to_string).collect();
        let BusyRequest { from, until, .. } = request;
        let address = format!("{BUSY}?members={}&from={from}&until={until}", members.join(","));
        let told: BusyTimes = self.0.http.read_at(&workspace.account().server, &token, &address).await?;
        Ok(told.results)
    }

    /// Has the calendar compared now.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn compare_calendar(&self) -> Result<Connection, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.make_at(&workspace.account().server, &token, COMPARE).await
    }

    /// Takes the calendar away.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn disconnect_calendar(&self) -> Result<Connection, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.remove_at(&workspace.account().server, &token, CONNECTION).await?;
        Ok(Connection::default())
    }
}
