//! The operations of invitations to interviews, of people's feeds, and of the calendars that they keep elsewhere.

use serde_json::{Value, json};

use super::{Operation, Query, query};

pub(super) fn all() -> Vec<Operation> {
    let feed =
        |method, summary: &str| Operation::new(method, "/api/v1/accounts/calendar/", "accounts", summary);
    let mut read =
        Operation::new("get", "/calendar/{name}", "accounts", "The interviews of a person, as a calendar.")
            .public()
            .gives(200, "calendar");
    read.more_answers.push((304, None));
    let connection = |method, summary: &str| {
        Operation::new(method, "/api/v1/accounts/calendar/connection/", "accounts", summary)
    };
    vec![
        feed("get", "Whether one has a calendar's address.").gives(200, "CalendarFeedState"),
        feed("post", "Makes a secret address of one's calendar; an older one works no more.")
            .gives(201, "CalendarFeed"),
        feed("delete", "Takes the address of one's calendar away.").gives(204, ""),
        connection("get", "The calendar that one keeps elsewhere (CalDAV).").gives(200, "CalendarConnection"),
        connection("put", "Connects a calendar, or tells which there are at an address to choose from.")
            .takes("ConnectCalendar")
            .gives(200, "CalendarConnection"),
        connection("patch", "Shows when one is busy by the calendar to those who plan, or shows it no more.")
            .takes("ShowBusy")
            .gives(200, "CalendarConnection"),
        connection("delete", "Takes the calendar away, with what is ahead in it of interviews.")
            .gives(204, ""),
        Operation::new(
            "post",
            "/api/v1/accounts/calendar/connection/sync/",
            "accounts",
            "Compares the calendar that one keeps elsewhere now.",
        )
        .gives(200, "CalendarConnection"),
        read,
        Operation::new(
            "get",
            "/api/v1/ats/busy/",
            "ats",
            "When members are busy by the calendars that they connected and show.",
        )
        .asks(Query::Busy)
        .gives(200, "BusyTimes"),
        Operation::new(
            "get",
            "/api/v1/ats/interviews/{id}/invitations/",
            "ats",
            "Who was told of an interview by mail, and what they answered.",
        )
        .gives(200, "InterviewInvitations"),
    ]
}

/// Whose busy times, and between which instants.
pub(super) fn busy() -> Vec<Value> {
    let instant = || json!({ "type": "integer" });
    vec![query("members", json!({ "type": "string" })), query("from", instant()), query("until", instant())]
}
