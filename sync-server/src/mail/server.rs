//! The server that mail goes out by, as it is set.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::config::{Config, ConfigError, Secret};

/// How the way to the server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the start.
    Tls,
    /// Encrypted after the greeting; a server that cannot is refused.
    StartTls,
    /// Not at all: the server is on this machine.
    None,
}

/// Who signs in to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub user: String,
    /// Its password.
    pub password: Secret,
}

/// The server that mail goes out by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is kept from others.
    pub security: Security,
    /// Who signs in; nobody when the server asks nobody.
    pub login: Option<Login>,
    /// A file of further authorities that may vouch for the server.
    pub authorities: Option<PathBuf>,
    /// How long connecting may take, and then the sending of one mail.
    pub timeout: Duration,
    /// The address that mail comes from.
    pub from: String,
}

impl Server {
    /// Reads the settings; none when no server is set.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] naming the setting that cannot be.
    pub fn of(config: &Config) -> Result<Option<Self>, ConfigError> {
        let Some(url) = &config.smtp_url else { return Ok(None) };
        let invalid = |setting, reason: &str| ConfigError::Invalid { setting, reason: reason.into() };
        let wrong = |reason| invalid("smtp_url", reason);
        let url = Url::parse(url.expose()).map_err(|_| {
            wrong("write an address, as in `smtps://mail.example.com` or `smtp://mail.example.com:587`")
        })?;
        let host = url.host().ok_or_else(|| wrong("name the server"))?;
        let plain = match url.query() {
            None => false,
            Some("tls=none") => true,
            Some(_) => return Err(wrong("only `?tls=none` may follow the server")),
        };
        let (security, port) = match (url.scheme(), plain) {
            ("smtps", false) => (Security::Tls, 465),
            ("smtp", false) => (Security::StartTls, 587),
            ("smtp", true) if is_this_machine(&host) => (Security::None, 25),
            ("smtp", true) => return Err(wrong("`tls=none` is for a server on this machine alone")),
            _ => return Err(wrong("begin with `smtps://` or `smtp://`")),
        };
        let from = config.mail_from.as_deref().filter(|from| crate::check::is_email(from));
        let from = from.ok_or_else(|| invalid("mail_from", "write the address that mail comes from"))?;
        if config.smtp_timeout_s == 0 {
            return Err(invalid("smtp_timeout_s", "choose at least a second"));
        }
        Ok(Some(Self {
            host: url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            security,
            login: login(config, &url)
                .ok_or_else(|| invalid("smtp_password", "an account needs its password"))?,
            authorities: config.smtp_ca.clone(),
            timeout: Duration::from_secs(u64::from(config.smtp_timeout_s)),
            from: from.to_owned(),
        }))
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name
            .parse::<IpAddr>()
            .map_or_else(|_| name.eq_ignore_ascii_case("localhost"), |address| address.is_loopback()),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The account of the settings, else that of the address. None for an account without a password.
fn login(config: &Config, url: &Url) -> Option<Option<Login>> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let in_url = (!url.username().is_empty()).then(|| decoded(url.username()));
    let Some(user) = config.smtp_user.clone().or(in_url) else { return Some(None) };
    let in_url = url.password().map(|password| Secret::new(decoded(password)));
    let password = config.smtp_password.clone().or(in_url)?;
    Some(Some(Login { user, password }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Config {
        Config {
            smtp_url: Some(Secret::new(url)),
            mail_from: Some("jobs@example.com".into()),
            ..Config::default()
        }
    }

    fn server(url: &str) -> Server {
        Server::of(&config(url)).expect("can be").expect("is set")
    }

    #[test]
    fn an_address_says_how_the_way_is_kept() {
        let found = server("smtps://mail.example.com");
        assert_eq!((found.port, found.security), (465, Security::Tls));
        let found = server("smtp://mail.example.com");
        assert_eq!((found.port, found.security), (587, Security::StartTls));
        for here in ["127.0.0.1", "localhost", "[::1]"] {
            let found = server(&format!("smtp://{here}:2525?tls=none"));
            assert_eq!((found.port, found.security), (2525, Security::None), "{here}");
        }
        assert_eq!(server("smtp://[::1]?tls=none").host, "::1");
    }

    #[test]
    fn a_login_is_read_from_the_address_or_its_own_settings() {
        let found = server("smtps://a%40b:p%2Fw@mail.example.com");
        let login = found.login.expect("a login");
        assert_eq!((login.user.as_str(), login.password.expose()), ("a@b", "p/w"));
        let set = Config {
            smtp_user: Some("other".into()),
            smtp_password: Some(Secret::new("secret")),
            ..config("smtps://mail.example.com")
        };
        let login = Server::of(&set).expect("can be").expect("is set").login.expect("a login");
        assert_eq!((login.user.as_str(), login.password.expose()), ("other", "secret"));
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (url, part) in [
            ("mail.example.com", "smtp_url"),
            ("http://mail.example.com", "smtps://"),
            ("smtp://mail.example.com?tls=none", "this machine"),
            ("smtp://10.0.0.1?tls=none", "this machine"),
            ("smtps://mail.example.com?tls=none", "begin with"),
            ("smtp://mail.example.com?tls=maybe", "tls=none"),
            ("smtps://user@mail.example.com", "smtp_password"),
        ] {
            let error = Server::of(&config(url)).expect_err(url).to_string();
            assert!(error.contains(part), "{url}: {error}");
        }
        let nobody = Config { mail_from: None, ..config("smtps://mail.example.com") };
        assert!(Server::of(&nobody).expect_err("from nobody").to_string().contains("mail_from"));
        assert_eq!(Server::of(&Config::default()).expect("can be"), None);
    }
}
