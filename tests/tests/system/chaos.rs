//! A short run of the history checker; `cargo xtask chaos --minutes 30` is the long one.

use std::time::Duration;

use anyhow::{Result, ensure};
use zumodra_tests::chaos::{self, Plan};
use zumodra_tests::process::temporary;

/// How long things go wrong here.
const LENGTH: Duration = Duration::from_secs(45);

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_killed_and_nothing_is_lost_or_there_twice() -> Result<()> {
    let folder = temporary("chaos")?;
    let report = chaos::run(folder.path(), Plan { seed: 20_261_125, length: LENGTH, desktops: 4 }).await?;
    println!("{report}");
    ensure!(report.fates.kept > 100 && report.fates.acknowledged > 100, "too little was done");
    ensure!(report.troubles.nodes > 0 && report.engine_kills > 0, "too little went wrong");
    Ok(())
}
