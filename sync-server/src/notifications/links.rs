//! The mails that open something to whoever has their link.

use super::letter::Draft;
use crate::accounts::{invitations, reset};
use crate::app::App;
use crate::careers::{alerts, consent, portal};
use crate::mail::Content;
use crate::tenants::Tenant;

impl Draft {
    /// Writes such a mail; `secret` is what becomes of a secret where it is written.
    pub(super) fn opens(
        &mut self,
        app: &App,
        (tenant, language): (&Tenant, &str),
        content: &Content,
        secret: impl Fn(String) -> String,
    ) {
        match content {
            Content::Invitation { invitation_id, inviter, role, expires_at } => {
                let url = invitations::link(app, &secret(invitations::secret(app, *invitation_id)));
                self.invites(inviter, *role, *expires_at, url);
            }
            Content::PasswordReset { reset_id } => {
                let url = reset::link(app, &secret(reset::secret(app, *reset_id)));
                self.resets(url);
            }
            Content::ConsentAsked { candidate_id, first_name, is_again } => {
                let secret = secret(consent::secret(app, tenant.id, *candidate_id));
                self.asks_consent(first_name, *is_again, consent::link(app, tenant, language, &secret));
            }
            Content::JobAlertAsked { alert_id } => {
                let secret = secret(alerts::secret(app, tenant.id, *alert_id));
                self.asks_for_alert(alerts::link(app, tenant, language, ("on", &secret)));
            }
            Content::JobAlert { alert_id, wanted, jobs, more } => {
                let secret = secret(alerts::secret(app, tenant.id, *alert_id));
                self.lists(jobs, *more, alerts::link(app, tenant, language, ("off", &secret)));
                self.leads_to(self.words.alert_button, alerts::list(app, tenant, language, wanted));
            }
            Content::PortalLink { link_id } => {
                let secret = secret(portal::secret(app, tenant.id, *link_id));
                self.opens_portal(portal::link(app, tenant, language, &secret));
            }
            _ => {}
        }
    }
}
