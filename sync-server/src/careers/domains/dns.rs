//! What the DNS says of a host. Nothing of it is kept: whoever asks wants to know how it is now.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};
use hickory_resolver::{Resolver, TokioResolver};
use tokio::time::timeout;
use url::Host;

use super::claim::{Answer, Claim, Seen};
use super::host::installation;
use crate::config::Config;
use crate::limits::{DNS_PATIENCE, DNS_TIMEOUT, DNS_TRIES, MAX_DNS_RECORDS};

/// Asks whether the text of a claim is there, and whether its host leads here.
pub async fn ask(config: &Config, claim: &Claim) -> Answer {
    let resolver = match resolver(config.dns) {
        Ok(resolver) => resolver,
        Err(error) => {
            tracing::warn!(%error, "the DNS cannot be asked");
            return Answer { seen: Seen::Silent, points_here: None };
        }
    };
    let here = installation(config);
    let (seen, points_here) = tokio::join!(
        timeout(DNS_PATIENCE, proof(&resolver, claim)),
        timeout(DNS_PATIENCE, points_here(&resolver, &claim.host, &here)),
    );
    Answer { seen: seen.unwrap_or(Seen::Silent), points_here: points_here.unwrap_or(None) }
}

/// Asks the configured server, else those of the system.
fn resolver(server: Option<SocketAddr>) -> Result<TokioResolver, NetError> {
    let mut builder = match server {
        Some(address) => {
            let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            for connection in &mut connections {
                connection.port = address.port();
            }
            let server = NameServerConfig::new(address.ip(), true, connections);
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
            Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
        None => TokioResolver::builder_tokio()?,
    };
    let options = builder.options_mut();
    options.timeout = DNS_TIMEOUT;
    options.attempts = DNS_TRIES;
    options.cache_size = 0;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    // What this machine calls others by proves nothing.
    options.use_hosts_file = ResolveHosts::Never;
    builder.build()
}

/// A whole name, below none that the system would add.
fn whole(name: &str) -> Result<Name, NetError> {
    let mut name = Name::from_ascii(name)?;
    name.set_fqdn(true);
    Ok(name)
}

async fn proof(resolver: &TokioResolver, claim: &Claim) -> Seen {
    let asked = match whole(&claim.proof_name()) {
        Ok(name) => resolver.txt_lookup(name).await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(found) => {
            let wanted = claim.proof();
            let texts = found.answers().iter().filter_map(|record| match &record.data {
                RData::TXT(text) => Some(text.txt_data.concat()),
                _ => None,
            });
            let is_there = texts.take(MAX_DNS_RECORDS).any(|text| text.trim_ascii() == wanted.as_bytes());
            if is_there { Seen::Found } else { Seen::Other }
        }
        Err(error) if error.is_no_records_found() => Seen::Absent,
        Err(error) => {
            tracing::info!(host = claim.host, %error, "the DNS did not tell of a host");
            Seen::Silent
        }
    }
}

/// Whether a host has an address of the installation's, by whichever names on the way.
async fn points_here(resolver: &TokioResolver, host: &str, here: &Host<String>) -> Option<bool> {
    let ours = match here {
        Host::Domain(name) => addresses(resolver, name).await?,
        Host::Ipv4(address) => BTreeSet::from([IpAddr::V4(*address)]),
        Host::Ipv6(address) => BTreeSet::from([IpAddr::V6(*address)]),
    };
    let theirs = addresses(resolver, host).await?;
    Some(!ours.is_disjoint(&theirs))
}

/// The addresses of a name; none where nobody could tell.
async fn addresses(resolver: &TokioResolver, name: &str) -> Option<BTreeSet<IpAddr>> {
    match resolver.lookup_ip(whole(name).ok()?).await {
        Ok(found) => Some(found.iter().take(MAX_DNS_RECORDS).collect()),
        Err(error) if error.is_no_records_found() => Some(BTreeSet::new()),
        Err(_) => None,
    }
}
