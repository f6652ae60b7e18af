//! What was done in a day offline arrives at once, and is still told in its order.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;

use super::interviews::{RITA, World, edit};

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_arrive_together_are_told_in_the_order_in_which_they_were_made() -> Result<()> {
    let mut world = World::new("timeline").await?;
    let mut rita = world.engine(RITA).await?;
    world.server.kill();
    let rated = [3, 5, 1, 4, 2, 5, 3, 2];
    for rating in rated {
        edit(&mut rita, "applications", &world.application, "rating", json!(rating)).await?;
    }
    rita.kill();
    let mut rita = EngineProcess::start(&world.folder.path().join(RITA))?;
    rita.enter(&world.server.url(), RITA).await?;
    world.server.run().await?;
    rita.current().await?;

    let page: Value = rita.ask("candidate_page", json!({ "id": world.candidate })).await?;
    let newest_first = page["activities"].as_array().context("activities")?.iter();
    let told: Vec<(i64, i64)> = newest_first
        .map(|activity| &activity["fields"])
        .filter(|fields| fields["action"] == "rated")
        .filter_map(|fields| Some((fields["to"].as_str()?.parse().ok()?, fields["at"].as_i64()?)))
        .collect();
    let ratings: Vec<i64> = told.iter().rev().map(|(rating, _)| *rating).collect();
    ensure!(ratings == rated, "{told:?}");
    ensure!(told.is_sorted_by(|(_, later), (_, earlier)| later > earlier), "two at one time: {told:?}");
    rita.end().await
}
