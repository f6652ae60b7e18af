//! Writes what is generated from the declarations: `ui/src/gen/` and `docs/state-machines.md`. With `--check` it only says what is stale.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use zumodra_shared::access::{Action, Reach, Role, reach};
use zumodra_shared::ats::job_states::{JobCommand, TRANSITIONS, copied};
use zumodra_shared::ats::offer_states::{OfferCommand, TRANSITIONS as OFFER_TRANSITIONS};
use zumodra_shared::ats::pipeline_templates::{Name, TEMPLATES};
use zumodra_shared::ats::posting::{AI_WORDS, CHOOSING, JURISDICTIONS, LOCAL_EXPERIENCE, PAY_HISTORY, WORDS};
use zumodra_shared::ats::rules::may_move;
use zumodra_shared::ats::{INTERVIEW_TRANSITIONS, MAX_INTERVIEW_MINUTES, MIN_INTERVIEW_MINUTES, StageKind};
use zumodra_shared::kernel::Code;
use zumodra_shared::{registry, schema::typescript};

/// Each generated file, by its path in the repository.
fn files() -> Vec<(&'static str, String)> {
    vec![
        ("ui/src/gen/records.ts", typescript::file(registry::KINDS)),
        ("ui/src/gen/fields.ts", typescript::fields_file(registry::KINDS)),
        ("ui/src/gen/problems.ts", problems()),
        ("ui/src/gen/job_states.ts", job_states()),
        ("ui/src/gen/interview_states.ts", interview_states()),
        ("ui/src/gen/offer_states.ts", offer_states()),
        ("ui/src/gen/pipeline_templates.ts", pipeline_templates()),
        ("ui/src/gen/posting.ts", posting()),
        ("docs/state-machines.md", state_machines()),
    ]
}

/// The sentences of the refusals, so that the window says each in the person's language.
fn problems() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** The sentence of each refusal, by its code. */\n\
                    export const PROBLEMS: { readonly [code: string]: { en: string; fr: string } } = {\n"
        .to_owned();
    for code in Code::ALL {
        // Rust writes these strings as TypeScript reads them: quotes and backslashes are escaped alike.
        text += &format!("  {:?}: {{ en: {:?}, fr: {:?} }},\n", code.slug(), code.english(), code.french());
    }
    text + "};\n"
}

/// What can be asked of a job in which status, and what a copy of it takes over.
fn job_states() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** What only the server may do with a job, in the order in which it is offered. */\n\
                    export const JOB_COMMANDS = {\n"
        .to_owned();
    for command in JobCommand::ALL {
        let legal: Vec<String> = TRANSITIONS
            .iter()
            .filter(|(_, by, _)| *by == command)
            .map(|(from, _, to)| format!("{}: {:?}", from.name(), to.name()))
            .collect();
        let (name, reason) = (command.name(), command.needs_reason());
        text += &format!("  {name}: {{ needsReason: {reason}, leads: {{ {} }} }},\n", legal.join(", "));
    }
    text += "} satisfies { [command: string]: { needsReason: boolean; leads: { [status: string]: string } } };\n\n\
             /** The fields that a copy of a job takes over. */\n\
             export const COPIED_JOB_FIELDS: readonly string[] = [\n";
    for field in copied() {
        text += &format!("  {:?},\n", field.name);
    }
    text + "];\n"
}

/// Where an interview may go from where it stands.
fn interview_states() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** The shortest and the longest interview, in minutes. */\n"
        .to_owned();
    text += &format!(
        "export const MINUTES_MIN = {MIN_INTERVIEW_MINUTES};\nexport const MINUTES_MAX = {MAX_INTERVIEW_MINUTES};\n\n"
    );
    text += "/** Where an interview may go from where it stands. */\n\
             export const INTERVIEW_STEPS: { readonly [status: string]: readonly string[] } = {\n";
    for (from, next) in INTERVIEW_TRANSITIONS {
        let next: Vec<&str> = next.iter().map(|to| to.name()).collect();
        text += &format!("  {}: {next:?},\n", from.name());
    }
    text + "};\n"
}

/// What can be asked of an offer in which status.
fn offer_states() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** What only the server may do with an offer, in the order in which it is offered. */\n\
                    export const OFFER_COMMANDS = {\n"
        .to_owned();
    for command in OfferCommand::ALL {
        let legal: Vec<String> = OFFER_TRANSITIONS
            .iter()
            .filter(|(_, by, _)| *by == command)
            .map(|(from, _, to)| format!("{}: {:?}", from.name(), to.name()))
            .collect();
        text += &format!(
            "  {}: {{ needsReason: {}, ofApprovers: {}, leads: {{ {} }} }},\n",
            command.name(),
            command.needs_reason(),
            command.is_of_approvers(),
            legal.join(", ")
        );
    }
    text + "} satisfies { [command: string]: { needsReason: boolean; ofApprovers: boolean; leads: { [status: string]: string } } };\n"
}

/// The pipelines that are offered to begin with.
fn pipeline_templates() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** A name in the languages of the window. */\n\
                    export interface Name {\n  en: string;\n  fr: string;\n}\n\n\
                    /** A stage to begin with. */\n\
                    export interface StageTemplate {\n  name: Name;\n  kind: string;\n  target_days: number | null;\n  color: string;\n}\n\n\
                    /** The pipelines that are offered to begin with, the one that a workspace starts with first. */\n\
                    export const PIPELINE_TEMPLATES: readonly { key: string; name: Name; stages: readonly StageTemplate[] }[] = [\n"
        .to_owned();
    let name = |name: Name| format!("{{ en: {:?}, fr: {:?} }}", name.en, name.fr);
    for template in TEMPLATES {
        text += &format!(
            "  {{\n    key: {:?},\n    name: {},\n    stages: [\n",
            template.key,
            name(template.name)
        );
        for stage in template.stages {
            let days = stage.target_days.map_or("null".to_owned(), |days| days.to_string());
            let (label, kind, color) = (name(stage.name), stage.kind.name(), stage.color);
            text += &format!(
                "      {{ name: {label}, kind: {kind:?}, target_days: {days}, color: {color:?} }},\n"
            );
        }
        text += "    ],\n  },\n";
    }
    text + "];\n"
}

/// What is checked of a posting as it is written.
fn posting() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** Words that had better not be said; `*` stands for any ending. */\n\
                    export const WORDS: readonly { said: string; concern: \"gender\" | \"age\" | \"exclusion\"; instead: string }[] = [\n"
        .to_owned();
    for word in WORDS {
        text += &format!(
            "  {{ said: {:?}, concern: {:?}, instead: {:?} }},\n",
            word.said,
            word.concern.name(),
            word.instead
        );
    }
    text += "];\n\n\
             /** What a posting needs. */\n\
             export type Need = \"pay_range\" | \"ai_statement\" | \"no_pay_history\" | \"no_local_experience\";\n\n\
             /** A place with rules of its own; no region stands for the whole country. */\n\
             export interface Jurisdiction {\n  name: { en: string; fr: string };\n  countries: readonly string[];\n  \
             regions: readonly string[];\n  needs: readonly { need: Need; law: string }[];\n}\n\n\
             /** The places. */\n\
             export const JURISDICTIONS: readonly Jurisdiction[] = [\n";
    for place in JURISDICTIONS {
        let needs: Vec<String> = place
            .needs
            .iter()
            .map(|(need, law)| format!("{{ need: {:?}, law: {law:?} }}", need.name()))
            .collect();
        text += &format!(
            "  {{\n    name: {{ en: {:?}, fr: {:?} }},\n    countries: {:?},\n    regions: {:?},\n    needs: [{}],\n  }},\n",
            place.name.en,
            place.name.fr,
            place.countries,
            place.regions,
            needs.join(", ")
        );
    }
    text += "];\n";
    for (name, about, phrases) in [
        ("PAY_HISTORY", "How people ask what somebody earned before.", PAY_HISTORY),
        ("LOCAL_EXPERIENCE", "How people ask for experience in the country.", LOCAL_EXPERIENCE),
        ("AI_WORDS", "What a machine that takes part in choosing people is called.", AI_WORDS),
        ("CHOOSING", "What choosing people is called; `*` stands for any ending.", CHOOSING),
    ] {
        text += &format!("\n/** {about} */\nexport const {name}: readonly string[] = {phrases:?};\n");
    }
    text
}

/// The state machines, drawn and as tables.
fn state_machines() -> String {
    let mut text = "# State machines\n\n\
        Written by `cargo xtask codegen` from the tables in `shared/src/ats/`. The server judges by these tables, the desktop\n\
        asks them before it queues anything, and the window offers what they allow.\n\n\
        ## Jobs\n\n\
        A status changes by commands alone, which the server carries out once each.\n\n\
        ```mermaid\nstateDiagram-v2\n    [*] --> draft\n"
        .to_owned();
    for (from, by, to) in TRANSITIONS {
        text += &format!("    {} --> {}: {}\n", from.name(), to.name(), by.name());
    }
    text += "```\n\n| command | what it does | from | to | reason | roles |\n|---|---|---|---|---|---|\n";
    let roles: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| reach(*role, "jobs", Action::Publish) != Reach::None)
        .map(Role::name)
        .collect();
    for command in JobCommand::ALL {
        let legal = || TRANSITIONS.iter().filter(move |(_, by, _)| *by == command);
        let from: Vec<&str> = legal().map(|(from, ..)| from.name()).collect();
        let to = legal().next().map_or("", |(.., to)| to.name());
        let reason = if command.needs_reason() { "needed" } else { "" };
        let who = match command {
            JobCommand::Approve => "whose turn it is, owner, admin".to_owned(),
            JobCommand::Return => format!("{}, who has to agree", roles.join(", ")),
            _ => roles.join(", "),
        };
        let row = [command.name(), command.about(), &from.join(", "), to, reason, &who].join(" | ");
        text += &format!("| {row} |\n");
    }
    text += "\nWhere a rule of the workspace asks for agreement, only an owner or an admin publishes a job without it: others \
             submit it, and\nthe last of those who have to agree publishes it.\n\n\
             A job that is published or opened again has to be complete (title, description, pipeline) and within the \
             plan's number\nof open jobs. Its number, its address and the day of its first publication never change after \
             it.\n\n\
             ## Applications\n\n\
             The stage of its pipeline is the one state of an application, and the stage's kind says what is legal: from the \
             kind\nat the left to the kind at the top. A rejection needs a reason. A new application begins anywhere but in \
             `hired`.\n\n| from \\ to |";
    let kinds = || StageKind::NAMES.iter().map(|name| (*name, StageKind::from_name(name)));
    for (name, _) in kinds() {
        text += &format!(" {name} |");
    }
    text += "\n|---|";
    text += &"---|".repeat(StageKind::NAMES.len());
    for (name, from) in kinds() {
        text += &format!("\n| {name} |");
        for (_, to) in kinds() {
            text += if may_move(from, to) { " yes |" } else { " |" };
        }
    }
    text + "\n\n" + &offers(&roles.join(", ")) + "\n" + &interviews()
}

/// The states of offers, for who may do what is asked of jobs as well.
fn offers(roles: &str) -> String {
    let mut text = "## Offers\n\n\
             A status changes by commands alone, which the server carries out once each. The terms can be changed only in \
             `draft`. Who has to\nagree does so in `pending_approval`: the last of them leads to `approved`, and an owner or \
             admin agrees for all of them. An offer to\nwhich nobody has to agree is sent from `draft`. Accepting moves the \
             application to `hired` in the same transaction; an application\nthat is rejected or withdrawn takes its open \
             offers with it, and one with an accepted offer cannot be.\n\n\
             ```mermaid\nstateDiagram-v2\n    [*] --> draft\n"
        .to_owned();
    for (from, by, to) in OFFER_TRANSITIONS {
        text += &format!("    {} --> {}: {}\n", from.name(), to.name(), by.name());
    }
    text += "```\n\n| command | what it does | reason | who |\n|---|---|---|---|\n";
    for command in OfferCommand::ALL {
        let reason = if command.needs_reason() { "needed" } else { "" };
        let who = match command {
            OfferCommand::Approve => "who has to agree, owner, admin".to_owned(),
            OfferCommand::Return => format!("{roles}, who has to agree"),
            _ => roles.to_owned(),
        };
        text += &format!("| {} | {} | {reason} | {who} |\n", command.name(), command.about());
    }
    text
}

/// The states of interviews.
fn interviews() -> String {
    let mut text = "## Interviews\n\n\
             The state of an interview is an ordinary field that people set offline; the server refuses a step that is not here. \
             Calling\none off needs a reason, and it stays off: another one is planned instead. The candidate's choice of a time is \
             the command\n`choose_interview_time`, which the server alone gives.\n\n\
             ```mermaid\nstateDiagram-v2\n    [*] --> scheduled\n    [*] --> proposed\n"
        .to_owned();
    for (from, next) in INTERVIEW_TRANSITIONS {
        for to in *next {
            text += &format!("    {} --> {}\n", from.name(), to.name());
        }
    }
    text + "```\n"
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn main() -> anyhow::Result<ExitCode> {
    let check = std::env::args().any(|argument| argument == "--check");
    let mut stale = Vec::new();
    for (name, text) in files() {
        let path = root().join(name);
        if std::fs::read_to_string(&path).is_ok_and(|held| held == text) {
            continue;
        }
        stale.push(name);
        if !check {
            std::fs::write(&path, text).with_context(|| format!("write {name}"))?;
        }
    }
    for name in &stale {
        println!("{} {name}", if check { "stale:" } else { "written:" });
    }
    Ok(if check && !stale.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
