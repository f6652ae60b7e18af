//! The operations of what a workspace chooses for itself: its settings, its logo and its hosts, and of the forms that were
//! not taken.

use super::{Operation, Query, Sent};

pub(super) fn all() -> Vec<Operation> {
    let op = |method, path: &str, summary: &str| {
        Operation::new(method, format!("/api/v1/tenants/current/{path}"), "tenants", summary)
    };
    let mut logo = op("put", "logo/", "Gives the workspace a logo.").gives(200, "Logo").refuses(&[413, 415]);
    logo.sent = Sent::Picture;
    let mut picture = op(
        "post",
        "site/pictures/",
        "Keeps a picture for the career pages, to be shown by what is saved next.",
    )
    .gives(201, "Logo")
    .refuses(&[413, 415]);
    picture.sent = Sent::Picture;
    let form = |method, path: &str, summary: &str| {
        Operation::new(method, format!("/api/v1/careers/submissions/{path}"), "tenants", summary)
    };
    vec![
        form("get", "", "The forms of the career page that were not taken, the newest first.")
            .asks(Query::Page)
            .gives(200, "HeldFormPage"),
        form("post", "{id}/admit/", "Lets a form in: it becomes records as any other, once.")
            .gives(200, "AdmittedForm"),
        form("delete", "{id}/", "Drops a form.").gives(204, ""),
        op("get", "site/", "What the workspace says on its career pages besides its jobs.")
            .gives(200, "Site"),
        op("put", "site/", "Says something else there, in the place of the version that was read.")
            .takes("SiteWanted")
            .gives(200, "Site")
            .refuses(&[409]),
        picture,
        op("get", "site/pictures/{hash}/", "A picture of the career pages.").gives(200, "bytes"),
        op("get", "", "The workspace.").gives(200, "Tenant"),
        op("patch", "", "Changes the workspace's settings.").takes("SettingsPatch").gives(200, "Tenant"),
        op("get", "logo/", "The workspace's logo.").gives(200, "bytes"),
        logo,
        op("delete", "logo/", "Takes the workspace's logo away.").gives(204, ""),
        op("get", "domains/", "The hosts that the workspace claims for its career pages.")
            .gives(200, "HostClaims"),
        op("post", "domains/", "Claims a host. The answer says what to enter in the DNS.")
            .takes("HostWanted")
            .gives(201, "HostClaim")
            .refuses(&[402, 409]),
        op("post", "domains/{id}/check/", "Looks in the DNS for what proves a claim.")
            .gives(200, "HostClaim"),
        op("delete", "domains/{id}/", "Takes a claim away. Its host leads nowhere from then on.")
            .gives(204, ""),
    ]
}
