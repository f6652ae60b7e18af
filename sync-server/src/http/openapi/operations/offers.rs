//! The operations of offers beside those of every record: their commands.

use zumodra_shared::ats::OfferCommand;

use super::{Operation, Sent};

pub(super) fn all() -> Vec<Operation> {
    let command = |by: OfferCommand| {
        let path = format!("/api/v1/ats/offers/{{id}}/{}/", by.name().trim_end_matches("_offer"));
        let operation = Operation::new("post", path, "ats", by.about()).may_take("Arguments");
        let mut operation = operation.gives(200, "Offer").once();
        if by.needs_reason() {
            operation.sent = Sent::Json("Reason".to_owned());
        }
        operation
    };
    OfferCommand::ALL.into_iter().map(command).collect()
}
