//! Configuration: defaults, then `zumodra.toml`, then the environment (`ZUMODRA_*`, and `DATABASE_URL`).
//!
//! Nested settings are reached from the environment with two underscores: `ZUMODRA_RATES__ANON=1000/hour`.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::time::{DAY_MS, Millis};

use crate::mail::Server;

/// The port of the architecture document.
pub const DEFAULT_PORT: u16 = 8084;
/// The file that is read when no other is named.
pub const DEFAULT_FILE: &str = "zumodra.toml";

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// One JSON object a line, for collectors.
    Json,
}

/// How often something may be done: `100/hour`, `5/minute`, `20/second`, `1000/day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    /// How many times.
    pub count: NonZeroU32,
    /// In how long.
    pub period: Duration,
}

const PERIODS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400)];

impl TryFrom<String> for Rate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no rate; write a count and a period, as in `100/hour`");
        let (count, period) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.trim().parse().map_err(|_| wrong())?;
        let (_, seconds) = PERIODS.into_iter().find(|(name, _)| *name == period.trim()).ok_or_else(wrong)?;
        Ok(Self { count, period: Duration::from_secs(seconds) })
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        let seconds = rate.period.as_secs();
        let name = PERIODS.into_iter().find(|(_, s)| *s == seconds).map_or("second", |(name, _)| name);
        format!("{}/{name}", rate.count)
    }
}

const fn rate(count: u32, seconds: u64) -> Rate {
    let count = match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    };
    Rate { count, period: Duration::from_secs(seconds) }
}

/// The rates of the architecture document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Requests without a sign-in, per address.
    pub anon: Rate,
    /// Calendar feeds, per address. Nobody guesses a secret of 256 bits at any rate.
    pub feed: Rate,
    /// Requests of a signed-in person, per workspace and person.
    pub user: Rate,
    /// Sign-ins and sign-outs, per address.
    pub auth: Rate,
    /// Renewals and checks of tokens, per address.
    pub token: Rate,
    /// Changes of a password, per address.
    pub password: Rate,
    /// New workspaces, per address.
    pub registration: Rate,
    /// Uploads that are begun, per workspace and person.
    pub file_upload: Rate,
    /// Exports, per workspace and person.
    pub export: Rate,
    /// Applications on career pages, per address.
    pub apply: Rate,
    /// Forms sent on the career pages of a workspace, from everywhere: beyond it each form is asked for a proof of work.
    pub alarm: Rate,
    /// Forms without a proof that are taken meanwhile from people who waited, per workspace.
    pub patient: Rate,
    /// Résumés that are read to fill in a form, per address.
    pub read: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            anon: rate(100, 3_600),
            feed: rate(3_000, 3_600),
            user: rate(1_000, 3_600),
            auth: rate(5, 60),
            token: rate(10, 60),
            password: rate(3, 60),
            registration: rate(5, 3_600),
            // An import brings five hundred résumés at once.
            file_upload: rate(600, 3_600),
            export: rate(10, 3_600),
            apply: rate(5, 3_600),
            alarm: rate(100, 3_600),
            patient: rate(10, 60),
            read: rate(20, 3_600),
        }
    }
}

impl Rates {
    /// Every rate at the same generous value: for tests and demonstrations.
    #[must_use]
    pub const fn generous() -> Self {
        const R: Rate = rate(1_000_000, 1);
        Self {
            anon: R,
            feed: R,
            user: R,
            auth: R,
            token: R,
            password: R,
            registration: R,
            file_upload: R,
            export: R,
            apply: R,
            alarm: R,
            patient: R,
            read: R,
        }
    }
}

/// Whether a variable names a setting: other programs of Zumodra have variables of the same prefix.
fn is_setting(name: &figment::value::UncasedStr) -> bool {
    let first = name.as_str().split("__").next().unwrap_or_default().to_ascii_lowercase();
    serde_json::to_value(Config::default()).is_ok_and(|settings| settings.get(first).is_some())
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens. Default `127.0.0.1:8084`.
    pub listen: SocketAddr,
    /// The folder for keys, files and the private database. Default `./.data`.
    pub data: PathBuf,
    /// A PostgreSQL (15 or newer) to use; without one the server runs its own. Default none.
    pub database_url: Option<Secret>,
    /// A Redis by which several nodes wake each other, as in `redis://host:6379`; without one they use PostgreSQL's
    /// LISTEN and NOTIFY. Default none.
    pub redis_url: Option<Secret>,
    /// Where PostgreSQL's programs are, for the private database. Default: searched.
    pub pg_bin: Option<PathBuf>,
    /// The domain whose subdomains are workspaces. Default `localhost`.
    pub base_domain: String,
    /// The address that people use, for links. Default `http://<base_domain>:<port>`.
    pub public_url: Option<String>,
    /// Signs addresses of files and form tokens. Default: made once and kept in the data folder.
    pub secret_key: Option<Secret>,
    /// `pretty` or `json`. Default `pretty`.
    pub log: LogFormat,
    /// What is logged, in the syntax of `tracing`. Default `info`.
    pub log_filter: String,
    /// Believe `X-Forwarded-For` of the proxy in front. Default no: anyone could write it.
    pub trust_proxy: bool,
    /// The largest file, in bytes. Default 10 MiB.
    pub max_upload_bytes: u64,
    /// Groups of connections; a workspace always uses the same one. Default 4.
    pub db_shards: NonZeroU32,
    /// Connections of one group. Default 4.
    pub db_shard_connections: NonZeroU32,
    /// The program that extracts text from résumés. Default: this program.
    pub extractor: Option<PathBuf>,
    /// An application form that is sent faster than this, in milliseconds, was not typed by a person. Default 3000.
    pub form_min_ms: i64,
    /// How long an application form can be sent after it was opened, in milliseconds. Default a day.
    pub form_max_ms: i64,
    /// While too many forms arrive: how long somebody whose browser runs no scripts waits until theirs is taken, in
    /// milliseconds. Default a minute.
    pub form_patience_ms: i64,
    /// How many days a change is kept in the log for those who were away; after that they get the whole record. Default 90.
    pub log_days: u16,
    /// How many milliseconds one transaction of a workspace may judge changes; the next one goes on with the rest.
    /// PostgreSQL ends one in which nothing happens for 12 seconds. Default 1000.
    pub commit_ms: u16,
    /// The server that mail goes out by: `smtps://host` is encrypted from the start, `smtp://host` by STARTTLS, which the
    /// server must have; on this machine alone `smtp://127.0.0.1?tls=none` is not. Without one mail waits. Default none.
    pub smtp_url: Option<Secret>,
    /// The account at that server, unless it is in the address. Default none.
    pub smtp_user: Option<String>,
    /// Its password. Default none.
    pub smtp_password: Option<Secret>,
    /// A file in PEM of authorities that may vouch for that server, besides the system's. Default none.
    pub smtp_ca: Option<PathBuf>,
    /// How many seconds connecting to that server may take, and then the sending of one mail. Default 60.
    pub smtp_timeout_s: u16,
    /// The address that mail comes from. Default none.
    pub mail_from: Option<String>,
    /// The address that candidates' answers come back to, as `<name>+<secret>@<domain>`: what comes to it goes into
    /// `mail receive`. Without one they go to who wrote. Default none.
    pub mail_replies: Option<String>,
    /// The server that is asked about workspaces' own hosts, as `127.0.0.1:53`. Default those of the system.
    pub dns: Option<SocketAddr>,
    /// How often one domain is sent mail to by a node. Default `100/minute`.
    pub mail_domain_rate: Rate,
    /// How many days the text of a mail is kept after it was sent or given up. Default 30.
    pub mail_days: u16,
    /// Let members connect calendars of this machine and of its private networks, also without encryption. Default no:
    /// members choose the address, and the server would ask there what they themselves cannot reach.
    pub calendars_nearby: bool,
    /// How often things may be done.
    pub rates: Rates,
}

impl Default for Config {
    fn default() -> Self {
        const FOUR: NonZeroU32 = match NonZeroU32::new(4) {
            Some(four) => four,
            None => NonZeroU32::MIN,
        };
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            data: PathBuf::from("./.data"),
            database_url: None,
            redis_url: None,
            pg_bin: None,
            base_domain: "localhost".into(),
            public_url: None,
            secret_key: None,
            log: LogFormat::Pretty,
            log_filter: "info".into(),
            trust_proxy: false,
            max_upload_bytes: zumodra_shared::kernel::limits::MAX_RESUME_BYTES,
            db_shards: FOUR,
            db_shard_connections: FOUR,
            extractor: None,
            form_min_ms: 3_000,
            form_max_ms: DAY_MS,
            form_patience_ms: 60_000,
            log_days: 90,
            commit_ms: 1_000,
            smtp_url: None,
            smtp_user: None,
            smtp_password: None,
            smtp_ca: None,
            smtp_timeout_s: 60,
            mail_from: None,
            mail_replies: None,
            dns: None,
            mail_domain_rate: rate(100, 60),
            mail_days: 30,
            calendars_nearby: false,
            rates: Rates::default(),
        }
    }
}

/// Why the configuration cannot be used; the text names the setting and where it was set.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value cannot be read.
    #[error("configuration: {0}")]
    Unreadable(Box<figment::Error>),
    /// The named file is not there.
    #[error("configuration: there is no file {}", .0.display())]
    NoFile(PathBuf),
    /// A value is out of its range.
    #[error("configuration: {setting}: {reason}")]
    Invalid {
        /// Which setting.
        setting: &'static str,
        /// Why not.
        reason: String,
    },
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting and its source.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(file) = file.filter(|file| !file.is_file()) {
            return Err(ConfigError::NoFile(file.to_owned()));
        }
        let config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file.unwrap_or(Path::new(DEFAULT_FILE))))
            .merge(Env::raw().only(&["DATABASE_URL"]))
            .merge(Env::prefixed("ZUMODRA_").filter(is_setting).split("__"))
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.checked()
    }

    /// Refuses what cannot work, and brings the rest into one form.
    fn checked(mut self) -> Result<Self, ConfigError> {
        let invalid = |setting, reason: &str| Err(ConfigError::Invalid { setting, reason: reason.into() });
        self.base_domain = self.base_domain.trim_matches('.').to_ascii_lowercase();
        if self.base_domain.is_empty() || self.base_domain.contains(['/', ':', ' ']) {
            return invalid("base_domain", "write a bare domain, as in `example.com`");
        }
        if let Some(url) = &self.public_url {
            match url::Url::parse(url) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => {}
                _ => return invalid("public_url", "write a whole address, as in `https://example.com`"),
            }
        }
        if self.secret_key.as_ref().is_some_and(|key| key.expose().len() < 32) {
            return invalid("secret_key", "use at least 32 characters");
        }
        if !(1_024..=1 << 30).contains(&self.max_upload_bytes) {
            return invalid("max_upload_bytes", "choose between 1 KiB and 1 GiB");
        }
        if self.db_shards.get() > 64 || self.db_shard_connections.get() > 64 {
            return invalid("db_shards", "choose at most 64 groups of 64 connections");
        }
        // The part before the @ has room for 64 characters (RFC 5321, 4.5.3.1.1), most of which are the secret's.
        let has_room = |address: &String| address.split('@').next().is_some_and(|name| name.len() <= 18);
        let is_address = |address: &String| crate::check::is_email(address) && !address.contains('+');
        if self.mail_replies.as_ref().is_some_and(|address| !is_address(address) || !has_room(address)) {
            let reason = "write an address with at most 18 characters before the @ and no + in it";
            return invalid("mail_replies", reason);
        }
        Server::of(&self)?;
        Ok(self)
    }

    /// How long the text of a mail is kept.
    #[must_use]
    pub fn mail_ms(&self) -> Millis {
        i64::from(self.mail_days) * DAY_MS
    }

    /// How long a change is kept in the log.
    #[must_use]
    pub fn log_ms(&self) -> Millis {
        i64::from(self.log_days) * DAY_MS
    }

    /// The address that people use, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}:{}", self.base_domain, self.listen.port()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_and_writes_the_documented_form() {
        let rate = Rate::try_from("100/hour".to_owned()).expect("a rate");
        assert_eq!((rate.count.get(), rate.period), (100, Duration::from_secs(3_600)));
        assert_eq!(String::from(rate), "100/hour");
        for bad in ["", "100", "0/hour", "-1/hour", "5/fortnight", "x/minute"] {
            assert!(Rate::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let config = Config { secret_key: Some(Secret::new("s".repeat(32))), ..Config::default() };
        assert!(!format!("{config:?}").contains("ssss"));
    }

    #[test]
    fn an_address_of_answers_has_room_for_their_secrets() {
        let with =
            |address: &str| Config { mail_replies: Some(address.into()), ..Config::default() }.checked();
        assert!(with("reply@mail.example.com").is_ok());
        for bad in ["", "reply", "reply+x@example.com", "a-name-that-is-too-long@example.com"] {
            assert!(with(bad).expect_err(bad).to_string().contains("mail_replies"), "{bad}");
        }
    }

    #[test]
    fn a_short_secret_is_refused_by_name() {
        let config = Config { secret_key: Some(Secret::new("short")), ..Config::default() };
        let error = config.checked().expect_err("too short");
        assert!(error.to_string().contains("secret_key"));
    }
}
