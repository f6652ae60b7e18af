//! Requests to addresses that people typed. The server stands where they do not: a request must not reach this machine nor
//! its private networks (unless the installation says that it may), whatever a name resolves to at that moment, wherever
//! another server sends it on to. Answers are bounded in time and size.

use std::error::Error as _;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ETAG, HeaderMap, LOCATION};
use reqwest::{Client, Method, redirect};
use url::{Host, Url};
use zumodra_shared::kernel::Code;

use crate::limits::{CALENDAR_ANSWER_WITHIN, CALENDAR_CONNECT_WITHIN, MAX_CALENDAR_ANSWER_BYTES};

/// Why a calendar cannot be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Its address may not be used.
    Address,
    /// Its server does not answer, or not now.
    Unreachable,
    /// Its server failed at what it was asked.
    Broken,
    /// Its server does not take the name and the password.
    SignIn,
    /// Its server does not allow it.
    Forbidden,
    /// It is not there.
    NotFound,
    /// Its server answers something else.
    Unreadable,
}

impl Failure {
    /// The code by which people are told.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Address => Code::CalendarAddress,
            Self::Unreachable | Self::Broken => Code::CalendarUnreachable,
            Self::SignIn => Code::CalendarSignIn,
            Self::Forbidden => Code::CalendarForbidden,
            Self::NotFound => Code::CalendarNotFound,
            Self::Unreadable => Code::CalendarUnreadable,
        }
    }

    /// What a status says that no question has a use for.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            401 => Self::SignIn,
            403 | 405 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            408 | 429 => Self::Unreachable,
            500..=599 => Self::Broken,
            _ => Self::Unreadable,
        }
    }

    /// Whether another question of the same pass may be answered all the same.
    #[must_use]
    pub const fn is_of_one_event(self) -> bool {
        match self {
            Self::Forbidden | Self::Broken | Self::Unreadable => true,
            Self::Address | Self::Unreachable | Self::SignIn | Self::NotFound => false,
        }
    }
}

/// Who signs in.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The tag, or an empty text.
    pub etag: String,
    /// Where else it is, or an empty text.
    pub location: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A client that asks where it may.
#[derive(Debug)]
pub struct Web {
    /// Whether this machine and its private networks may be asked, also without encryption.
    nearby: bool,
    client: OnceLock<Client>,
}

impl Web {
    /// A client, which is made when it is first needed.
    #[must_use]
    pub const fn new(nearby: bool) -> Self {
        Self { nearby, client: OnceLock::new() }
    }

    fn client(&self) -> Result<&Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // Two providers are linked; one has to be chosen before the first use, and twice is no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .dns_resolver(Resolver { nearby: self.nearby })
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CALENDAR_CONNECT_WITHIN)
            .timeout(CALENDAR_ANSWER_WITHIN)
            .user_agent(concat!("zumodra-server/", env!("CARGO_PKG_VERSION")))
            .build();
        match client {
            Ok(client) => Ok(self.client.get_or_init(|| client)),
            Err(error) => {
                tracing::error!(%error, "no client for calendars");
                Err(Failure::Unreachable)
            }
        }
    }

    /// Reads an address that somebody typed, or that a server named.
    ///
    /// # Errors
    /// [`Failure::Address`] for one that may not be asked.
    pub fn address(&self, text: &str) -> Result<Url, Failure> {
        let url = Url::parse(text.trim()).map_err(|_| Failure::Address)?;
        self.allows(&url).then_some(url).ok_or(Failure::Address)
    }

    /// Whether an address may be asked, as far as it says so itself. What its name resolves to is looked at when it is
    /// connected to; only names are resolved, so an address in numbers is looked at here.
    fn allows(&self, url: &Url) -> bool {
        let is_encrypted = url.scheme() == "https";
        let has_login = !url.username().is_empty() || url.password().is_some();
        if has_login || !(is_encrypted || (self.nearby && url.scheme() == "http")) {
            return false;
        }
        match url.host() {
            Some(Host::Domain(name)) => !name.is_empty(),
            Some(Host::Ipv4(ip)) => self.nearby || is_public(ip.into()),
            Some(Host::Ipv6(ip)) => self.nearby || is_public(ip.into()),
            None => false,
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// [`Failure::Address`], [`Failure::Unreachable`], [`Failure::Unreadable`] for an answer over the limits.
    pub async fn ask(
        &self,
        login: &Login,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: String,
    ) -> Result<Answer, Failure> {
        if !self.allows(url) {
            return Err(Failure::Address);
        }
        let request = self.client()?.request(method, url.clone()).headers(headers).body(body);
        let request = request.basic_auth(&login.name, Some(&login.password));
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let (etag, location) =
            (header(ETAG).unwrap_or_default().to_owned(), header(LOCATION).unwrap_or_default().to_owned());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Failure::Unreachable)? {
            if body.len() + chunk.len() > MAX_CALENDAR_ANSWER_BYTES {
                return Err(Failure::Unreadable);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, etag, location, body })
    }
}

fn failed(error: &reqwest::Error) -> Failure {
    let mut cause = error.source();
    while let Some(found) = cause {
        if found.is::<NotPublic>() {
            return Failure::Address;
        }
        cause = found.source();
    }
    if error.is_builder() { Failure::Address } else { Failure::Unreachable }
}

/// A name leads to an address that may not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address of the internet")]
struct NotPublic;

/// Resolves names to the addresses that may be asked. It is asked for each connection, so that a name which leads elsewhere
/// the second time is caught as well.
#[derive(Debug, Clone, Copy)]
struct Resolver {
    nearby: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let nearby = self.nearby;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One that leads inside and outside is not to be trusted with either.
            if !nearby && found.iter().any(|address| !is_public(address.ip())) {
                return Err(Box::new(NotPublic) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the internet: neither of this machine nor of a network of its own, nor one that stands for
/// such (IANA's special-purpose address registries).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || first == 0
        || first >= 240
        // Shared with a provider, protocols, benchmarks.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second));
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let low = Ipv4Addr::from_bits(u32::from(parts[6]) << 16 | u32::from(parts[7]));
    if ip.to_ipv4_mapped().is_some() || parts[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return is_public_v4(low);
    }
    // 6to4 carries an address of the other kind.
    if parts[0] == 0x2002 {
        return is_public_v4(Ipv4Addr::from_bits(u32::from(parts[1]) << 16 | u32::from(parts[2])));
    }
    let is_global = parts[0] & 0xe000 == 0x2000;
    let is_protocol = parts[0] == 0x2001 && parts[1] < 0x0200;
    let is_documentation = (parts[0] == 0x2001 && parts[1] == 0x0db8) || parts[0] == 0x3fff;
    is_global && !is_protocol && !is_documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_asked() {
        let web = Web::new(false);
        for good in
            ["https://cal.example.com/dav/", "https://93.184.216.34/", "https://[2606:2800:220:1::1]:8443/x"]
        {
            assert!(web.address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "cal.example.com",
            "http://cal.example.com/",
            "ftp://cal.example.com/",
            "file:///etc/passwd",
            "https://bob:secret@cal.example.com/",
            "https://bob@cal.example.com/",
            "https://",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://0.0.0.0/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/",
            "https://192.0.0.8/",
            "https://198.18.0.1/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[2001:0:1::1]/",
            "https://[2001:db8::1]/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://[ff02::1]/",
        ] {
            assert_eq!(web.address(bad), Err(Failure::Address), "{bad}");
        }
    }

    #[test]
    fn what_a_server_says_of_one_event_is_not_said_of_all() {
        for status in [403, 405, 423, 451, 500, 503, 507] {
            assert!(Failure::of(status).is_of_one_event(), "{status}");
        }
        for status in [401, 404, 408, 410, 429] {
            assert!(!Failure::of(status).is_of_one_event(), "{status}");
        }
    }

    #[test]
    fn an_installation_may_allow_what_is_near() {
        let web = Web::new(true);
        for good in ["http://127.0.0.1:5232/", "https://[::1]/", "http://radicale.lan/", "https://10.0.0.1/"]
        {
            assert!(web.address(good).is_ok(), "{good}");
        }
        for bad in ["file:///etc/passwd", "http://bob:secret@127.0.0.1/", "gopher://127.0.0.1/"] {
            assert_eq!(web.address(bad), Err(Failure::Address), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_here_is_refused_when_it_is_connected_to() {
        let login = Login { name: "bob".into(), password: "secret".into() };
        let url = Url::parse("https://localhost:1/").expect("an address");
        let ask = async |web: Web| {
            web.ask(&login, Method::GET, &url, HeaderMap::new(), String::new()).await.expect_err("no answer")
        };
        assert_eq!(ask(Web::new(false)).await, Failure::Address);
        assert_eq!(ask(Web::new(true)).await, Failure::Unreachable);
        assert!(!format!("{login:?}").contains("secret"));
    }
}
