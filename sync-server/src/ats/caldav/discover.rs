//! Finds the calendars of somebody at an address (RFC 6764, 6; RFC 4791, 6.2): that of one calendar, of the person, or of
//! the server.

use url::Url;

use super::dav::{Dav, Depth, name};
use super::web::Failure;
use super::xml::{Element, Found, Space};
use crate::limits::MAX_CALENDARS;

/// Where a server says where its calendars are (RFC 8615).
const WELL_KNOWN: &str = "/.well-known/caldav";
/// What is asked of an address.
const WANTED: &str = "<D:propfind xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop>\
    <D:resourcetype/><D:displayname/><D:current-user-principal/><D:current-user-privilege-set/>\
    <C:calendar-home-set/><C:supported-calendar-component-set/></D:prop></D:propfind>";
/// What lets somebody write events (RFC 3744, 3).
const WRITES: [&str; 4] = ["all", "write", "write-content", "bind"];

/// A calendar that somebody may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its address.
    pub url: Url,
    /// What it is called.
    pub name: String,
}

/// What is found from an address on.
enum Seen {
    Calendar(Calendar),
    Homes(Vec<Url>),
}

/// The calendars at an address that somebody may write events into.
///
/// # Errors
/// [`Failure::NotFound`] when there is none, [`Failure::Forbidden`] when none may be written into; why the server cannot
/// be asked.
pub async fn calendars(dav: &Dav<'_>, typed: &Url) -> Result<Vec<Calendar>, Failure> {
    let homes = match look(dav, typed).await {
        Ok(Some(Seen::Calendar(calendar))) => return Ok(vec![calendar]),
        Ok(Some(Seen::Homes(homes))) => homes,
        // It is of something else on that server.
        Ok(None) | Err(Failure::NotFound | Failure::Unreadable) => {
            let known = dav.address(typed, WELL_KNOWN)?;
            match look(dav, &known).await? {
                Some(Seen::Homes(homes)) => homes,
                Some(Seen::Calendar(calendar)) => return Ok(vec![calendar]),
                None => return Err(Failure::NotFound),
            }
        }
        Err(failure) => return Err(failure),
    };
    let (mut calendars, mut is_closed) = (Vec::<Calendar>::new(), false);
    for home in homes {
        let (home, members) = dav.properties(&home, Depth::Members, WANTED).await?;
        for member in members.found.iter().filter(|member| is_calendar(member)) {
            let calendar = Calendar { url: dav.address(&home, &member.href)?, name: called(member) };
            if !is_writable(member) {
                is_closed = true;
            } else if calendars.len() < MAX_CALENDARS && !calendars.contains(&calendar) {
                calendars.push(calendar);
            }
        }
    }
    match (calendars.is_empty(), is_closed) {
        (true, true) => Err(Failure::Forbidden),
        (true, false) => Err(Failure::NotFound),
        _ => Ok(calendars),
    }
}

/// What an address is of, or leads to.
async fn look(dav: &Dav<'_>, url: &Url) -> Result<Option<Seen>, Failure> {
    let (at, answer) = dav.properties(url, Depth::Itself, WANTED).await?;
    let Some(found) = answer.found.first() else { return Ok(None) };
    if found.is_gone() {
        return Err(Failure::NotFound);
    }
    if is_calendar(found) {
        let calendar = Calendar { url: dav.address(&at, &found.href)?, name: called(found) };
        return if is_writable(found) { Ok(Some(Seen::Calendar(calendar))) } else { Err(Failure::Forbidden) };
    }
    if let Some(homes) = homes(dav, &at, found)? {
        return Ok(Some(Seen::Homes(homes)));
    }
    let principal = found.property(Space::Dav, "current-user-principal").and_then(Element::href);
    let Some(principal) = principal else { return Ok(None) };
    let (at, answer) = dav.properties(&dav.address(&at, principal)?, Depth::Itself, WANTED).await?;
    let Some(found) = answer.found.first() else { return Ok(None) };
    Ok(homes(dav, &at, found)?.map(Seen::Homes))
}

fn homes(dav: &Dav<'_>, at: &Url, found: &Found) -> Result<Option<Vec<Url>>, Failure> {
    let Some(set) = found.property(Space::Caldav, "calendar-home-set") else { return Ok(None) };
    let hrefs = set.all(Space::Dav, "href").map(|href| href.text.trim()).filter(|href| !href.is_empty());
    let homes = hrefs.take(MAX_CALENDARS).map(|href| dav.address(at, href)).collect::<Result<Vec<_>, _>>()?;
    Ok((!homes.is_empty()).then_some(homes))
}

/// Whether it is a calendar that takes events; one that does not say takes everything (RFC 4791, 5.2.3).
fn is_calendar(found: &Found) -> bool {
    let is = found
        .property(Space::Dav, "resourcetype")
        .is_some_and(|kind| kind.child(Space::Caldav, "calendar").is_some());
    let set = found.property(Space::Caldav, "supported-calendar-component-set");
    is && set.is_none_or(|set| set.children.iter().any(|taken| taken.called.eq_ignore_ascii_case("VEVENT")))
}

/// Whether events may be written into it; a server that does not say is asked by the first event.
fn is_writable(found: &Found) -> bool {
    let set = found.property(Space::Dav, "current-user-privilege-set");
    set.is_none_or(|set| {
        let mut granted = set.all(Space::Dav, "privilege").flat_map(|privilege| &privilege.children);
        granted.any(|granted| granted.space == Space::Dav && WRITES.contains(&granted.name.as_str()))
    })
}

fn called(found: &Found) -> String {
    let said = found.property(Space::Dav, "displayname").map_or("", |called| called.text.trim());
    if said.is_empty() { name(&found.href) } else { said.to_owned() }
}
