//! Which names may be claimed, in the one form that is stored: letters of other scripts become the DNS's own (RFC 5890).

use std::net::IpAddr;

use url::{Host, Url};

use crate::config::Config;

/// Characters of a name in the DNS, without the dot at its end (RFC 1035, 2.3.4).
const MAX_NAME_CHARS: usize = 253;
/// Where the text is entered that proves who has a host, below the host.
pub const PROOF_LABEL: &str = "_zumodra";
/// Characters of the longest host: the name with the proof is one too.
pub const MAX_HOST_CHARS: usize = MAX_NAME_CHARS - PROOF_LABEL.len() - 1;
/// Characters of one part of a name (RFC 1035, 2.3.4).
const MAX_LABEL_CHARS: usize = 63;
/// Parts of a host: one alone is no name that others could reach.
const MIN_LABELS: usize = 2;
/// Last parts of names that no public DNS has (RFC 6761, RFC 6762, RFC 7686, RFC 9476), or only for itself.
const NOT_PUBLIC: &[&str] = &["alt", "arpa", "internal", "invalid", "local", "localhost", "onion"];

/// Why a name cannot be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no name of a host.
    NoHost,
    /// It is longer than one may be.
    TooLong,
    /// It is the address of a machine.
    Address,
    /// It is no name that others could look up.
    NotPublic,
    /// It belongs to the installation.
    Ours,
}

impl Unfit {
    /// What to do about it.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::NoHost => "Write a host name alone, as in jobs.example.com.".to_owned(),
            Self::TooLong => {
                format!("Write at most {MAX_HOST_CHARS} characters, and {MAX_LABEL_CHARS} between two dots.")
            }
            Self::Address => "Write a name: the address of a machine has no place for the proof.".to_owned(),
            Self::NotPublic => "Write a whole name that everybody can look up.".to_owned(),
            Self::Ours => "This name belongs to the installation.".to_owned(),
        }
    }
}

/// The host that a text names, as it is stored.
///
/// # Errors
/// [`Unfit`] for what cannot be claimed.
pub fn claimable(text: &str, config: &Config) -> Result<String, Unfit> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 4 * MAX_NAME_CHARS {
        return Err(Unfit::TooLong);
    }
    if text.parse::<IpAddr>().is_ok() {
        return Err(Unfit::Address);
    }
    // The reader below undoes what an address may have in percents: a name has none.
    if text.contains('%') {
        return Err(Unfit::NoHost);
    }
    let host = match Host::parse(text) {
        Ok(Host::Domain(host)) => host,
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(Unfit::Address),
        Err(_) => return Err(Unfit::NoHost),
    };
    let labels: Vec<&str> = host.split('.').collect();
    if !labels.iter().all(|label| is_label(label)) {
        return Err(Unfit::NoHost);
    }
    if host.len() > MAX_HOST_CHARS || labels.iter().any(|label| label.len() > MAX_LABEL_CHARS) {
        return Err(Unfit::TooLong);
    }
    if labels.len() < MIN_LABELS || labels.last().is_none_or(|last| NOT_PUBLIC.contains(last)) {
        return Err(Unfit::NotPublic);
    }
    if ours(config).iter().any(|own| is_within(&host, own)) {
        return Err(Unfit::Ours);
    }
    Ok(host)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_within(host: &str, own: &str) -> bool {
    host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The names of the installation.
fn ours(config: &Config) -> Vec<String> {
    let mut ours = vec![config.base_domain.clone()];
    if let Host::Domain(host) = installation(config) {
        ours.push(host);
    }
    ours
}

/// The host that the installation is reached at.
#[must_use]
pub fn installation(config: &Config) -> Host<String> {
    let url = Url::parse(&config.public_url()).ok();
    let host = url.as_ref().and_then(Url::host).map(|host| host.to_owned());
    host.unwrap_or_else(|| Host::Domain(config.base_domain.clone()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config() -> Config {
        Config {
            base_domain: "zumodra.example".into(),
            public_url: Some("https://app.example.net:8443/x".into()),
            ..Config::default()
        }
    }

    fn read(text: &str) -> Result<String, Unfit> {
        claimable(text, &config())
    }

    #[test]
    fn a_host_has_one_form() {
        for (text, host) in [
            ("jobs.acme.com", "jobs.acme.com"),
            (" Jobs.ACME.com. ", "jobs.acme.com"),
            ("emplois.café.fr", "emplois.xn--caf-dma.fr"),
            ("emplois.xn--caf-dma.fr", "emplois.xn--caf-dma.fr"),
            ("jobs。acme。com", "jobs.acme.com"),
            ("evilzumodra.example", "evilzumodra.example"),
            ("acme.test", "acme.test"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(host), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_claimed_is_refused_for_its_reason() {
        for (text, wanted) in [
            ("", Unfit::NoHost),
            (".", Unfit::NoHost),
            ("https://jobs.acme.com", Unfit::NoHost),
            ("jobs.acme.com/careers", Unfit::NoHost),
            ("jobs.acme.com:443", Unfit::NoHost),
            ("ada@acme.com", Unfit::NoHost),
            ("*.acme.com", Unfit::NoHost),
            ("_dmarc.acme.com", Unfit::NoHost),
            ("jobs..acme.com", Unfit::NoHost),
            ("-jobs.acme.com", Unfit::NoHost),
            ("jobs-.acme.com", Unfit::NoHost),
            ("jobs.acme.com%2eevil.com", Unfit::NoHost),
            ("xn--a.com", Unfit::NoHost),
            ("127.0.0.1", Unfit::Address),
            ("0x7f.1", Unfit::Address),
            ("::1", Unfit::Address),
            ("[::1]", Unfit::Address),
            ("acme", Unfit::NotPublic),
            ("localhost", Unfit::NotPublic),
            ("acme.localhost", Unfit::NotPublic),
            ("printer.local", Unfit::NotPublic),
            ("1.0.0.127.in-addr.arpa", Unfit::NotPublic),
            ("zumodra.example", Unfit::Ours),
            ("acme.zumodra.example", Unfit::Ours),
            ("APP.example.net", Unfit::Ours),
            ("x.app.example.net", Unfit::Ours),
        ] {
            assert_eq!(read(text), Err(wanted), "{text}");
        }
        assert_eq!(claimable("acme.com", &Config::default()).as_deref(), Ok("acme.com"));
    }

    #[test]
    fn a_host_leaves_room_for_its_proof() {
        let label = "a".repeat(MAX_LABEL_CHARS);
        assert!(read(&format!("{label}.com")).is_ok());
        assert_eq!(read(&format!("a{label}.com")), Err(Unfit::TooLong));
        let start = [label.as_str(); 3].join(".");
        let longest = format!("{start}.{}.com", "b".repeat(MAX_HOST_CHARS - start.len() - 5));
        assert_eq!(read(&longest).as_deref(), Ok(longest.as_str()));
        assert_eq!(format!("{PROOF_LABEL}.{longest}").len(), MAX_NAME_CHARS);
        assert_eq!(read(&format!("b{longest}")), Err(Unfit::TooLong));
        assert_eq!(read(&"ä.".repeat(100_000)), Err(Unfit::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_claimed_is_a_plain_name_and_claimed_again_as_it_is(text in "\\PC{0,80}") {
            if let Ok(host) = read(&text) {
                prop_assert!(host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-'));
                prop_assert!(host.len() <= MAX_HOST_CHARS && host.contains('.'));
                prop_assert_eq!(read(&host), Ok(host));
            }
        }
    }
}
