//! `test`: everything that must hold before a change lands, one step after the other.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::codegen::GENERATOR;
use crate::demo::{self, DEMO, DESKTOP, SERVER};
use crate::fuzz;
use crate::process::{Invocation, say};
use crate::setup::{self, Purpose};
use crate::tools::DENY;
use crate::workspace::{PROGRAMS_VARIABLE, Profile, Workspace};

/// Tells the tests where the peers are that they talk to.
const TOOLS_VARIABLE: &str = "ZUMODRA_TOOLS";

/// Tells the tests where the readers of other people are.
const CHECKERS_VARIABLE: &str = "ZUMODRA_CHECKERS";

/// The engine without a window, which the tests drive and kill.
const ENGINE: &str = "zumodra-engine";

/// The options of `test`.
#[derive(Args)]
pub struct Options {
    /// Run this step alone; may be given again for a further one.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// List the steps and run none.
    #[arg(long)]
    list: bool,
    /// Run the steps after a failed one too.
    #[arg(long)]
    keep_going: bool,
}

/// One step, which holds when it returns no error.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace) -> Result<()>,
}

/// The steps in their order: what fails often and fast comes before what takes long.
const STEPS: &[Step] = &[
    Step { name: "setup", about: "this machine has what is needed", run: set_up },
    Step { name: "format", about: "cargo fmt --check", run: format },
    Step { name: "build", about: "every program compiles", run: build },
    Step { name: "codegen", about: "the generated TypeScript is fresh", run: codegen },
    Step { name: "ui-check", about: "npm run check: types and lints of the pages", run: ui_check },
    Step { name: "ui-test", about: "npm test: tests of the pages", run: ui_test },
    Step { name: "clippy", about: "no warning in any target", run: clippy },
    Step { name: "deny", about: "licences, sources and versions of the dependencies", run: deny },
    Step { name: "tests", about: "every test of the workspace, windows and pages included", run: tests },
    Step { name: "doc-tests", about: "the examples in the documentation", run: doc_tests },
    Step {
        name: "fuzz",
        about: "hostile bytes for frames, changes, stored documents and résumés",
        run: fuzz::step,
    },
    Step { name: "demo", about: "the main job from end to end, without a display", run: demo_check },
];

/// What became of one step.
enum Outcome {
    Passed(Duration),
    Failed(Duration, String),
    NotRun,
}

/// Runs the steps and prints a table of their times.
///
/// # Errors
/// Fails when a step did, or when `--only` names no step.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.list {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.about);
        }
        return Ok(());
    }
    let steps = select(&options.only)?;
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in &steps {
        let failed = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(..)));
        if failed && !options.keep_going {
            outcomes.push(Outcome::NotRun);
            continue;
        }
        say(&format!("{}: {}", step.name, step.about));
        outcomes.push(perform(step, workspace));
    }
    print!("{}", table(&steps, &outcomes));
    let failed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Failed(..))).count();
    if failed > 0 {
        bail!("{failed} of {} steps failed", steps.len());
    }
    Ok(())
}

/// The wanted steps in their usual order.
fn select(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        bail!("there is no step {unknown}; `cargo xtask test --list` tells which there are");
    }
    Ok(STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name)).collect())
}

fn perform(step: &Step, workspace: &Workspace) -> Outcome {
    let start = Instant::now();
    match (step.run)(workspace) {
        Ok(()) => Outcome::Passed(start.elapsed()),
        Err(error) => {
            eprintln!("{} failed: {error:#}", step.name);
            Outcome::Failed(start.elapsed(), format!("{error:#}"))
        }
    }
}

fn table(steps: &[&Step], outcomes: &[Outcome]) -> String {
    use std::fmt::Write as _;
    let mut text = format!("\n{:<10} {:>9}  result\n", "step", "seconds");
    let mut total = Duration::ZERO;
    for (step, outcome) in steps.iter().zip(outcomes) {
        let (time, result) = match outcome {
            Outcome::Passed(time) => (*time, "passed"),
            Outcome::Failed(time, message) => (*time, message.as_str()),
            Outcome::NotRun => (Duration::ZERO, "not run"),
        };
        total += time;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<10} {:>9.1}  {result}", step.name, time.as_secs_f64());
    }
    let _ = writeln!(text, "{:<10} {:>9.1}", "all", total.as_secs_f64());
    text
}

fn set_up(workspace: &Workspace) -> Result<()> {
    setup::run(workspace, &Purpose::ALL)
}

fn format(workspace: &Workspace) -> Result<()> {
    workspace.cargo().args(["fmt", "--all", "--check"]).run()
}

fn build(workspace: &Workspace) -> Result<()> {
    workspace.build(Profile::Debug, &[SERVER, DESKTOP, ENGINE, DEMO, GENERATOR])
}

fn codegen(workspace: &Workspace) -> Result<()> {
    let generator = workspace.program(Profile::Debug, GENERATOR);
    Invocation::new(generator, &workspace.root).arg("--check").run()
}

fn ui_check(workspace: &Workspace) -> Result<()> {
    setup::npm(&workspace.ui()).args(["run", "check"]).run()
}

fn ui_test(workspace: &Workspace) -> Result<()> {
    setup::npm(&workspace.ui()).arg("test").run()
}

fn clippy(workspace: &Workspace) -> Result<()> {
    workspace.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()
}

/// The advisories come from a git host that not every machine reaches; without them the rest of
/// the audit still holds, so their absence is told and is no failure.
fn deny(workspace: &Workspace) -> Result<()> {
    DENY.invocation(workspace)?.args(["check", "bans", "licenses", "sources"]).run()?;
    if DENY.invocation(workspace)?.args(["fetch", "db"]).run().is_err() {
        say("The database of advisories cannot be reached from here: advisories are not checked");
        return Ok(());
    }
    DENY.invocation(workspace)?.args(["check", "--disable-fetch", "advisories"]).run()
}

/// One process a test program, so that the tests in it share what is slow to start: a PostgreSQL cluster, a browser.
fn tests(workspace: &Workspace) -> Result<()> {
    workspace
        .cargo()
        .args(["test", "--workspace", "--all-targets", "--no-fail-fast"])
        .env(PROGRAMS_VARIABLE, workspace.programs(Profile::Debug))
        .env(TOOLS_VARIABLE, workspace.tools())
        .env(CHECKERS_VARIABLE, workspace.checkers())
        .run()
}

fn doc_tests(workspace: &Workspace) -> Result<()> {
    workspace.cargo().args(["test", "--workspace", "--doc"]).run()
}

fn demo_check(workspace: &Workspace) -> Result<()> {
    match demo::check(workspace)? {
        0 => Ok(()),
        code => bail!("the check of the demo ended with {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_choice_every_step_runs() {
        assert_eq!(select(&[]).unwrap().len(), STEPS.len());
    }

    #[test]
    fn chosen_steps_keep_their_order() {
        let chosen = select(&["clippy".to_owned(), "format".to_owned()]).unwrap();
        let names: Vec<_> = chosen.iter().map(|step| step.name).collect();
        assert_eq!(names, ["format", "clippy"]);
    }

    #[test]
    fn an_unknown_step_is_refused() {
        let error = select(&["spelling".to_owned()]).err().unwrap();
        assert!(error.to_string().contains("no step spelling"));
    }

    #[test]
    fn the_table_tells_time_and_result_of_each_step() {
        let steps = [&STEPS[0], &STEPS[1]];
        let outcomes = [Outcome::Passed(Duration::from_millis(1_500)), Outcome::NotRun];
        let text = table(&steps, &outcomes);
        assert!(text.contains("setup            1.5  passed"), "{text}");
        assert!(text.contains("format           0.0  not run"), "{text}");
        assert!(text.contains("all              1.5"), "{text}");
    }
}
