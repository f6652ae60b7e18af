//! What the window asks of saved searches of whose new matches the person is told.

use serde_json::Value;
use zumodra_shared::kernel::Problem;

use super::Engine;
use super::ask::{Request, answer, parse};
use crate::replica::{CheckRequest, FollowRequest, followed};

impl Engine {
    pub(super) async fn ask_alerts(&self, name: &str, arguments: Value) -> Result<Value, Problem> {
        let workspace = self.workspace()?;
        match name {
            "alerts" => answer(workspace.query(|conn, _| followed(conn)).await?),
            "follow_search" => {
                let Request { request } = parse::<Request<FollowRequest>>(arguments)?;
                answer(workspace.store(move |replica, now| replica.follow(&request, now)).await?)
            }
            _ => {
                let Request { request } = parse::<Request<CheckRequest>>(arguments)?;
                // Words are looked for in an index that is filled behind what arrives.
                if request
                    .alerts
                    .iter()
                    .any(|alert| alert.request.text.as_ref().is_some_and(|t| !t.is_empty()))
                {
                    workspace.index_all().await?;
                }
                answer(workspace.store(move |replica, now| replica.check_alerts(&request, now)).await?)
            }
        }
    }
}
