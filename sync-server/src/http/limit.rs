//! How often somebody may do something: the rates of the architecture document, in memory, per node.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use zumodra_shared::kernel::{Code, RecordId};

use super::observe::ClientAddr;
use crate::app::App;
use crate::config::{Rate, Rates};
use crate::error::{Refusal, Result};

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Requests without a sign-in.
    Anon,
    /// Calendar feeds, which programs look at all day, many of them from one address.
    Feed,
    /// Requests of a signed-in person.
    User,
    /// Sign-ins and sign-outs.
    Auth,
    /// Renewals and checks of tokens.
    Token,
    /// Changes of a password.
    Password,
    /// New workspaces.
    Registration,
    /// Uploads that are begun.
    FileUpload,
    /// Exports.
    Export,
    /// Applications on career pages.
    Apply,
    /// Applications of people who waited instead of proving work.
    Patient,
    /// Résumés that are read to fill in a form.
    Read,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// An address; of an IPv6 address the network, because one host has all of it.
    Address(IpAddr),
    /// A person in a workspace.
    Person(RecordId, RecordId),
    /// Everybody who comes to a workspace.
    Workspace(RecordId),
}

impl Who {
    /// Counts an address.
    #[must_use]
    pub fn address(addr: IpAddr) -> Self {
        match addr {
            IpAddr::V4(_) => Self::Address(addr),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => Self::Address(v4.into()),
                None => Self::Address(std::net::Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into()),
            },
        }
    }
}

/// The counters.
#[derive(Debug)]
pub struct Limiters {
    classes: [DefaultKeyedRateLimiter<Who>; 12],
    clock: DefaultClock,
}

fn limiter(rate: Rate) -> DefaultKeyedRateLimiter<Who> {
    let each = (rate.period / rate.count.get()).max(Duration::from_nanos(1));
    let quota = Quota::with_period(each).unwrap_or(Quota::per_second(rate.count)).allow_burst(rate.count);
    RateLimiter::keyed(quota)
}

impl Limiters {
    /// Counters at the configured rates.
    #[must_use]
    pub fn new(rates: &Rates) -> Self {
        let classes = [
            rates.anon,
            rates.feed,
            rates.user,
            rates.auth,
            rates.token,
            rates.password,
            rates.registration,
            rates.file_upload,
            rates.export,
            rates.apply,
            rates.patient,
            rates.read,
        ];
        Self { classes: classes.map(limiter), clock: DefaultClock::default() }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with when to come back.
    pub fn count(&self, class: Class, who: Who) -> Result<()> {
        let limiter = &self.classes[class as usize];
        limiter.check_key(&who).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Refusal::new(Code::TooManyRequests).retry_after(wait).into()
        })
    }

    /// Forgets who has not been here for a while.
    pub fn sweep(&self) {
        for limiter in &self.classes {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// Lets an address through only so often.
pub async fn by_address(State((app, class)): State<(App, Class)>, request: Request, next: Next) -> Response {
    let addr = request.extensions().get::<ClientAddr>().copied();
    match addr.map(|ClientAddr(addr)| app.limiters().count(class, Who::address(addr))) {
        Some(Err(refused)) => refused.into_response(),
        _ => next.run(request).await,
    }
}
