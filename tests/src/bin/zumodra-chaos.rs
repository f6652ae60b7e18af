//! Lives through trouble over real processes, and checks the history: `zumodra-chaos --minutes 30 --seed 1`.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use zumodra_tests::chaos::{self, Plan};
use zumodra_tests::process::temporary;

/// Desktops, unless another number is asked for.
const DESKTOPS: usize = 4;

fn plan() -> Result<Plan> {
    let mut plan = Plan { seed: 1, length: Duration::from_secs(30 * 60), desktops: DESKTOPS };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut number = || -> Result<u64> {
            arguments.next().with_context(|| format!("{name} wants a number"))?.parse().context("a number")
        };
        match name.as_str() {
            "--minutes" => plan.length = Duration::from_secs(number()? * 60),
            "--seconds" => plan.length = Duration::from_secs(number()?),
            "--seed" => plan.seed = number()?,
            "--desktops" => plan.desktops = usize::try_from(number()?)?,
            _ => {
                bail!("unknown option {name}; known are --minutes N, --seconds N, --seed S and --desktops N")
            }
        }
    }
    Ok(plan)
}

#[tokio::main]
async fn main() -> Result<()> {
    let plan = plan()?;
    let folder = temporary("chaos")?;
    match chaos::run(folder.path(), plan).await {
        Ok(report) => {
            println!("seed {}, {} desktops: {report}", plan.seed, plan.desktops);
            Ok(())
        }
        Err(error) => {
            let kept = folder.keep();
            println!("everything is kept in {}", kept.display());
            Err(error)
        }
    }
}
