//! Rules about the text of the repository that no compiler and no lint holds.
//!
//! Each rule is a pure function from files to offenders. It is held against the repository in one
//! test, and shown a file that breaks it in another, so that no rule can pass by being blind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The longest that a source file may be, tests at its end not counted.
const MAX_FILE_LINES: usize = 600;
/// The most that the data of the demo and the tests may weigh.
const MAX_ASSET_BYTES: u64 = 3_000_000;
/// This file names what it forbids.
const THIS_FILE: &str = "tests/tests/tidy.rs";
/// The folder of the data, with a README that lists it.
const ASSETS: &str = "tests/assets/";

/// What a folder of sources must not mention.
struct Layer {
    folder: &'static str,
    /// Names that may not occur as a word, in sources as in the manifest.
    names: &'static [&'static str],
    /// Paths that may be neither used nor called.
    paths: &'static [&'static str],
}

/// What does input, output or waits.
const IMPURE_NAMES: &[&str] = &["tokio", "axum", "sqlx", "rusqlite", "tauri", "reqwest", "async", "await"];
/// The same within names that are pure besides, and what is not the same every time.
const IMPURE_PATHS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time::SystemTime",
    "SystemTime::now",
    "std::time::Instant",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "rand::rng",
];

/// Which half of the product may know what.
const LAYERS: &[Layer] = &[
    Layer { folder: "shared/", names: IMPURE_NAMES, paths: IMPURE_PATHS },
    Layer { folder: "shared/resume/", names: IMPURE_NAMES, paths: IMPURE_PATHS },
    Layer { folder: "sync-server/", names: &["tauri", "rusqlite"], paths: &[] },
    Layer { folder: "desktop/", names: &["axum", "sqlx"], paths: &[] },
];

/// The domains from left to right: one may import only from further left.
const DOMAINS: &[&[&str]] = &[
    &["tenants"],
    &["accounts"],
    &["ats", "messaging", "marketplace", "finance"],
    &["hr"],
    &["careers", "matching"],
    &["notifications", "integrations", "analytics"],
    &["privacy"],
];

/// The tiers whose sources have one folder per domain.
const TIERS: &[&str] = &["shared/src/", "sync-server/src/", "desktop/src/"];

/// What a domain's folder in the window may import besides itself.
const UI_FOUNDATION: &[&str] = &["shared", "backend", "gen"];

/// One text file of the repository.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is(&self, extensions: &[&str]) -> bool {
        extensions.iter().any(|extension| self.path.ends_with(extension))
    }

    /// The text without comments, for rules about code.
    fn code(&self) -> String {
        let mark = if self.is(&[".toml"]) { "#" } else { "//" };
        self.text.lines().map(|line| line.split(mark).next().unwrap_or("")).collect::<Vec<_>>().join("\n")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_path_buf()
}

/// Every path that git tracks or would track.
fn paths() -> Vec<String> {
    let output = Command::new("git")
        // The folder may belong to another user than the one who tests.
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("paths are UTF-8");
    // A tracked file that was just removed is listed still.
    let present = names.split_terminator('\0').filter(|path| root().join(path).is_file());
    present.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Every text file; what is not UTF-8 is none.
static REPOSITORY: LazyLock<Vec<File>> = LazyLock::new(|| {
    let read = |path: String| {
        let text = String::from_utf8(fs::read(root().join(&path)).ok()?).ok()?;
        Some(File { path, text })
    };
    let files: Vec<File> = paths().into_iter().filter_map(read).collect();
    assert!(files.iter().any(|file| file.path == THIS_FILE), "the repository was not found");
    files
});

/// Fails with a list when a rule found something.
fn hold(rule: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{rule}\n  {}", offenders.join("\n  "));
}

/// Shows a rule one bad and one good text under the same path.
fn tell_apart(rule: fn(&[File]) -> Vec<String>, path: &str, bad: &str, good: &str) {
    let found = rule(&[file(path, bad)]);
    assert!(!found.is_empty(), "the rule did not see: {bad}");
    assert!(found.iter().all(|offender| offender.contains(path)), "no path in {found:?}");
    let found = rule(&[file(path, good)]);
    assert!(found.is_empty(), "the rule saw something in: {good}\n{found:?}");
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

/// The positions at which a name occurs as a whole word.
fn occurrences<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name)
        .map(|(at, _)| at)
        .filter(move |at| !text[..*at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

fn mentions(text: &str, name: &str) -> bool {
    occurrences(text, name).next().is_some()
}

/// Every path that `use` brings in, with the braces written out.
fn used_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for at in occurrences(code, "use") {
        let statement = code[at + "use".len()..].split(';').next().unwrap_or("");
        let tight: String = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        write_out("", &tight, &mut found);
    }
    found
}

fn write_out(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let (head, inner) = match tree.split_once('{') {
        Some((head, rest)) => (head.trim(), rest.rsplit_once('}').map_or(rest, |(inner, _)| inner)),
        None => return found.push(format!("{prefix}{}", tree.trim())),
    };
    let prefix = format!("{prefix}{head}");
    let mut depth = 0_i32;
    let is_border = |letter: char| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    };
    for branch in inner.split(is_border).filter(|branch| !branch.trim().is_empty()) {
        write_out(&prefix, branch, found);
    }
}

fn long_files(files: &[File]) -> Vec<String> {
    let sources = files.iter().filter(|file| file.is(&[".rs", ".ts", ".svelte"]));
    let by_hand = sources.filter(|file| !file.path.starts_with("ui/src/gen/"));
    let counted = by_hand.map(|file| {
        let tests_begin = |line: &&str| line.trim_end() == "#[cfg(test)]";
        (file, file.text.lines().take_while(|line| !tests_begin(line)).count())
    });
    let long = counted.filter(|(_, lines)| *lines > MAX_FILE_LINES);
    long.map(|(file, lines)| format!("{}: {lines} lines", file.path)).collect()
}

#[test]
fn no_file_is_longer_than_600_lines() {
    hold("Split these files, none may have more than 600 lines:", &long_files(&REPOSITORY));
}

#[test]
fn a_file_of_601_lines_is_seen_and_its_tests_are_not_counted() {
    let edge = "x\n".repeat(MAX_FILE_LINES);
    tell_apart(long_files, "desktop/src/a.rs", &format!("{edge}x\n"), &edge);
    tell_apart(long_files, "ui/src/A.svelte", &format!("{edge}x\n"), &edge);
    tell_apart(long_files, "shared/src/a.rs", &format!("{edge}x\n"), &format!("{edge}#[cfg(test)]\nx\n"));
    assert!(long_files(&[file("ui/src/gen/records.ts", &format!("{edge}x\n"))]).is_empty());
}

fn layer_breaks(files: &[File]) -> Vec<String> {
    let mut offenders = Vec::new();
    for layer in LAYERS {
        let (sources, manifest) = (format!("{}src/", layer.folder), format!("{}Cargo.toml", layer.folder));
        for file in files {
            let is_source = file.path.starts_with(&sources) && file.is(&[".rs"]);
            if !is_source && file.path != manifest {
                continue;
            }
            let code = file.code();
            let used = used_paths(&code);
            let names = layer.names.iter().filter(|name| mentions(&code, name));
            let paths = layer
                .paths
                .iter()
                .filter(|path| mentions(&code, path) || used.iter().any(|used| mentions(used, path)));
            offenders.extend(names.chain(paths).map(|found| format!("{}: {found}", file.path)));
        }
    }
    offenders
}

#[test]
fn each_layer_knows_only_what_it_may() {
    let rule = "shared has no IO, clock, randomness or async; the server no tauri or rusqlite; \
                the desktop no axum or sqlx:";
    hold(rule, &layer_breaks(&REPOSITORY));
}

#[test]
fn every_forbidden_name_of_a_layer_is_seen() {
    for layer in LAYERS {
        let source = format!("{}src/ats/job.rs", layer.folder);
        for name in layer.names {
            tell_apart(
                layer_breaks,
                &source,
                &format!("use {name}::x;"),
                &format!("// no {name}\nlet x_{name} = 1;"),
            );
            let manifest = format!("{}Cargo.toml", layer.folder);
            tell_apart(layer_breaks, &manifest, &format!("{name}.workspace = true"), &format!("# no {name}"));
        }
        for path in layer.paths {
            tell_apart(layer_breaks, &source, &format!("let x = {path}();"), "let x = now;");
        }
    }
}

#[test]
fn a_forbidden_path_is_seen_inside_braces() {
    let bad = "use std::{\n    collections::BTreeMap,\n    time::{Duration, Instant},\n};";
    tell_apart(
        layer_breaks,
        "shared/src/sync/session.rs",
        bad,
        "use std::{collections::BTreeMap, time::Duration};",
    );
    assert_eq!(used_paths("use a::{b, c::{d, e as f}, g};"), ["a::b", "a::c::d", "a::c::e as f", "a::g"]);
}

fn loose_pools(files: &[File]) -> Vec<String> {
    let server = files.iter().filter(|file| file.path.starts_with("sync-server/src/"));
    let outside = server.filter(|file| !file.path.starts_with("sync-server/src/db/"));
    outside.filter(|file| mentions(&file.code(), "PgPool")).map(|file| file.path.clone()).collect()
}

#[test]
fn connections_come_only_from_the_door_in_db() {
    hold(
        "PgPool may be named only under sync-server/src/db/; take a Scope instead:",
        &loose_pools(&REPOSITORY),
    );
}

#[test]
fn a_pool_outside_of_db_is_seen() {
    tell_apart(loose_pools, "sync-server/src/ats/store.rs", "fn all(pool: &PgPool) {}", "// no PgPool");
    assert!(loose_pools(&[file("sync-server/src/db/scope.rs", "pool: PgPool")]).is_empty());
}

fn rank(domain: &str) -> Option<usize> {
    DOMAINS.iter().position(|group| group.contains(&domain))
}

/// The domain that a Rust source belongs to.
fn domain_of(path: &str) -> Option<&str> {
    let inside = TIERS.iter().find_map(|tier| path.strip_prefix(tier))?;
    let first = inside.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    rank(name).map(|_| name)
}

fn domain_breaks(files: &[File]) -> Vec<String> {
    let mut offenders = BTreeSet::new();
    for file in files.iter().filter(|file| file.is(&[".rs"])) {
        let Some(own) = domain_of(&file.path) else { continue };
        let code = file.code();
        let used = used_paths(&code);
        for other in
            DOMAINS.iter().copied().flatten().filter(|other| **other != own && rank(other) >= rank(own))
        {
            for base in ["crate", "zumodra_shared"] {
                let path = format!("{base}::{other}");
                if mentions(&code, &path) || used.iter().any(|used| mentions(used, &path)) {
                    offenders.insert(format!("{}: {path}", file.path));
                }
            }
        }
    }
    offenders.into_iter().collect()
}

#[test]
fn domains_import_only_to_the_left() {
    let rule = "tenants < accounts < ats, messaging, marketplace, finance < hr < careers, matching < \
                notifications, integrations, analytics < privacy; sideways talk is an event:";
    hold(rule, &domain_breaks(&REPOSITORY));
}

#[test]
fn an_import_to_the_right_or_sideways_is_seen() {
    let path = "sync-server/src/ats/actions.rs";
    tell_apart(domain_breaks, path, "use crate::careers::Form;", "use crate::accounts::Member;");
    tell_apart(domain_breaks, path, "use crate::{db, hr::Employee};", "use crate::{db, ats::Job};");
    tell_apart(domain_breaks, path, "crate::analytics::count(1);", "crate::tenants::find(1);");
    tell_apart(domain_breaks, path, "use zumodra_shared::finance;", "use zumodra_shared::ats;");
    tell_apart(domain_breaks, "shared/src/accounts.rs", "use crate::ats;", "use crate::atsomething;");
    assert!(domain_breaks(&[file("sync-server/src/http/router.rs", "use crate::careers;")]).is_empty());
}

/// Reads a relative import of the window's sources as a path below `ui/src`.
fn resolve(from: &str, import: &str) -> Option<PathBuf> {
    let mut folder = Path::new(from).parent()?.to_path_buf();
    for part in import.starts_with('.').then(|| import.split('/'))? {
        match part {
            "." => {}
            ".." => drop(folder.pop()),
            name => folder.push(name),
        }
    }
    Some(folder)
}

fn ui_domain_breaks(files: &[File]) -> Vec<String> {
    let mut offenders = Vec::new();
    for file in files.iter().filter(|file| file.is(&[".ts", ".svelte"])) {
        let Some(inside) = file.path.strip_prefix("ui/src/") else { continue };
        let own = inside.split('/').next().unwrap_or("");
        if rank(own).is_none() {
            continue;
        }
        for line in file.text.lines().filter(|line| line.contains("from ") || line.contains("import")) {
            for import in line.split(['\'', '"']).skip(1).step_by(2) {
                let target = resolve(inside, import);
                let top = target.as_ref().and_then(|path| path.iter().next()?.to_str());
                if top.is_some_and(|top| top != own && !UI_FOUNDATION.contains(&top)) {
                    offenders.push(format!("{}: {import}", file.path));
                }
            }
        }
    }
    offenders
}

#[test]
fn a_domain_of_the_window_imports_only_the_foundation_and_itself() {
    hold(
        "A domain under ui/src imports only shared, backend, gen and itself:",
        &ui_domain_breaks(&REPOSITORY),
    );
}

#[test]
fn an_import_of_another_domain_in_the_window_is_seen() {
    let path = "ui/src/ats/Board.svelte";
    let good = "import { x } from '../shared/x'; import y from './parts/y'; import z from 'svelte';";
    tell_apart(ui_domain_breaks, path, "import { x } from '../hr/x';", good);
    tell_apart(ui_domain_breaks, path, "} from \"./../views/x\";", "import x from '../ats/x';");
}

/// Words and calls that mark work as unfinished.
fn unfinished(files: &[File]) -> Vec<String> {
    let extensions = [".rs", ".ts", ".svelte", ".js", ".css", ".html", ".sql", ".sh", ".toml"];
    let words = ["TODO", "FIXME", "XXX"];
    let calls = ["todo!", "unimplemented!", "dbg!", "#[ignore"];
    let sources = files.iter().filter(|file| file.is(&extensions) && file.path != THIS_FILE);
    let lines =
        sources.flat_map(|file| file.text.lines().enumerate().map(move |(at, line)| (file, at + 1, line)));
    let marked = lines.filter(|(_, _, line)| {
        words.iter().any(|word| mentions(line, word)) || calls.iter().any(|call| line.contains(call))
    });
    marked.map(|(file, number, line)| format!("{}:{number}: {}", file.path, line.trim())).collect()
}

#[test]
fn nothing_is_left_unfinished() {
    hold("Finish these, or file an issue and remove the mark:", &unfinished(&REPOSITORY));
}

#[test]
fn every_mark_of_unfinished_work_is_seen() {
    for bad in
        ["// TODO later", "// FIXME", "// XXX: no", "todo!()", "unimplemented!()", "dbg!(x)", "#[ignore]"]
    {
        tell_apart(unfinished, "desktop/src/lib.rs", bad, "// A todo list of a person. XXXL");
    }
    tell_apart(unfinished, "ui/src/App.svelte", "<!-- TODO -->", "<!-- done -->");
}

fn narrowed_tests(files: &[File]) -> Vec<String> {
    let tests =
        files.iter().filter(|file| file.path.starts_with("ui/") && file.is(&[".test.ts", ".spec.ts"]));
    let narrowed =
        tests.filter(|file| [".only(", ".skip(", ".todo("].iter().any(|call| file.text.contains(call)));
    narrowed.map(|file| file.path.clone()).collect()
}

#[test]
fn no_test_of_the_window_is_left_out() {
    hold("These tests leave some out with .only, .skip or .todo:", &narrowed_tests(&REPOSITORY));
}

#[test]
fn a_test_that_is_left_out_is_seen() {
    let path = "ui/src/ats/board.test.ts";
    for bad in ["it.only('x', f)", "describe.skip('x', f)", "test.todo('x')"] {
        tell_apart(narrowed_tests, path, bad, "it('only skips', f)");
    }
}

fn machine_paths(files: &[File]) -> Vec<String> {
    let is_path_part = |letter: char| letter.is_alphanumeric() || "_-.}$)*~".contains(letter);
    let mut offenders = Vec::new();
    for file in files {
        for folder in ["work", "farm", "root"].map(|name| format!("/{name}/")) {
            let mut places = file.text.match_indices(&folder);
            if places.any(|(at, _)| !file.text[..at].ends_with(is_path_part)) {
                offenders.push(format!("{}: {folder}", file.path));
            }
        }
    }
    offenders
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    hold("These name a folder that only one machine has:", &machine_paths(&REPOSITORY));
}

#[test]
fn a_folder_of_one_machine_is_seen() {
    for [before, name, after] in
        [["at ", "work", "main"], ["\"", "root", ".cargo\""], ["PATH=", "farm", "bin"]]
    {
        let bad = format!("{before}/{name}/{after}");
        // The same name within a longer path is somebody else's.
        let good = format!("https://a.example/{name}/x and ui/src/{name}/x");
        tell_apart(machine_paths, "docs/decisions/1.md", &bad, &good);
    }
}

fn misnumbered_migrations(files: &[File]) -> Vec<String> {
    let mut offenders = Vec::new();
    let mut folders: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.starts_with("migrations/") && file.is(&[".sql"])) {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        folders.entry(folder).or_default().push((name, &file.path));
    }
    for migrations in folders.values_mut() {
        migrations.sort_unstable();
        for (index, (name, path)) in migrations.iter().enumerate() {
            let expected = format!("{:04}_", index + 1);
            if !name.starts_with(&expected) {
                offenders.push(format!("{path}: expected {expected}<name>.sql"));
            }
        }
    }
    offenders
}

#[test]
fn migrations_are_numbered_without_gaps() {
    hold("Migrations count from 0001 in each folder:", &misnumbered_migrations(&REPOSITORY));
}

#[test]
fn a_gap_and_a_double_number_of_migrations_are_seen() {
    let rule = misnumbered_migrations;
    let folder = "migrations/postgres/public";
    let named =
        |names: &[&str]| names.iter().map(|name| file(&format!("{folder}/{name}"), "")).collect::<Vec<_>>();
    assert!(rule(&named(&["0001_a.sql", "0002_b.sql"])).is_empty());
    assert_eq!(rule(&named(&["0001_a.sql", "0003_b.sql"])).len(), 1);
    assert_eq!(rule(&named(&["0001_a.sql", "0001_b.sql"])).len(), 1);
    assert_eq!(rule(&named(&["first.sql"])).len(), 1);
}

fn unmapped_folders(files: &[File]) -> Vec<String> {
    let readme = files.iter().find(|file| file.path == "README.md").map_or("", |file| &file.text);
    let folders: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| Some(file.path.split_once('/')?.0))
        .filter(|top| !top.starts_with('.'))
        .collect();
    let missing = folders.into_iter().filter(|folder| !mentions(readme, &format!("{folder}/")));
    missing.map(|folder| format!("{folder}/")).collect()
}

#[test]
fn the_readme_maps_every_folder() {
    hold("README.md says nothing about these folders:", &unmapped_folders(&REPOSITORY));
}

#[test]
fn a_folder_that_the_readme_leaves_out_is_seen() {
    let files =
        |text| [file("README.md", text), file("ui/a.ts", ""), file("docs/b.md", ""), file(".ci/run", "")];
    assert_eq!(unmapped_folders(&files("`ui/` is the window")), ["docs/"]);
    assert!(unmapped_folders(&files("`ui/` and `docs/`")).is_empty());
    assert_eq!(unmapped_folders(&[file("ui/a.ts", "")]), ["ui/"]);
}

/// The data files that a README does not tell the origin of.
fn unlisted_assets(paths: &[String], readme: &str) -> Vec<String> {
    let assets =
        paths.iter().filter_map(|path| path.strip_prefix(ASSETS)).filter(|name| *name != "README.md");
    assets.filter(|name| !readme.contains(&format!("`{name}`"))).map(str::to_owned).collect()
}

#[test]
fn every_data_file_has_an_origin_and_a_licence() {
    let readme = fs::read_to_string(root().join(ASSETS).join("README.md")).expect("the data has a README");
    hold("tests/assets/README.md does not list these:", &unlisted_assets(&paths(), &readme));
}

#[test]
fn a_data_file_without_an_origin_is_seen() {
    let paths = ["tests/assets/README.md", "tests/assets/a/b.pdf", "ui/c.ts"].map(str::to_owned);
    assert_eq!(unlisted_assets(&paths, "| `b.pdf` |"), ["a/b.pdf"]);
    assert!(unlisted_assets(&paths, "| `a/b.pdf` |").is_empty());
}

#[test]
fn the_data_stays_small() {
    let paths = paths();
    let assets = paths.iter().filter(|path| path.starts_with(ASSETS));
    let bytes: u64 =
        assets.map(|path| fs::metadata(root().join(path)).expect("the file is there").len()).sum();
    assert!(bytes > 0, "no data was found");
    assert!(bytes <= MAX_ASSET_BYTES, "tests/assets weighs {bytes} bytes, more than {MAX_ASSET_BYTES}");
}
