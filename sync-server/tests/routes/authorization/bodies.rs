//! What is sent to make the records that the table tries things on.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::Fixtures;

impl Fixtures {
    /// An interview about the application, at an hour of its own: the candidate is in no two at once.
    pub fn interview(&self) -> Value {
        let starts_at = 1_900_000_000_000 + i64::from(self.fresh.fetch_add(1, Ordering::SeqCst)) * 3_600_000;
        json!({
            "application_id": self.application, "starts_at": starts_at, "minutes": 30, "message": self.secret,
        })
    }

    /// An offer for the application, to which the hiring manager has to agree.
    pub fn offer(&self) -> Value {
        let manager = self.staff.get(4).unwrap_or(&self.owner);
        json!({
            "application_id": self.application, "title": self.secret, "salary": 1, "currency": "CAD",
            "starts_on": "2999-01-01", "approver_ids": [manager.user_id],
        })
    }

    /// A reference for the candidate.
    pub fn reference(&self) -> Value {
        json!({
            "application_id": self.application, "name": self.secret, "email": "referee@example.org",
            "consent": "By telephone.", "answer_by": "2999-01-01",
            "questions": [{"id": "a", "text": "How was it?"}],
        })
    }

    /// A scorecard on the application, for a stage of its own: there is one of each person and stage.
    pub fn scorecard(&self, draft: bool) -> Value {
        let stage = format!("s{}", self.fresh.fetch_add(1, Ordering::SeqCst));
        json!({
            "application_id": self.application, "stage_id": stage, "is_draft": draft, "recommendation": "yes",
            "summary": self.secret,
        })
    }
}
