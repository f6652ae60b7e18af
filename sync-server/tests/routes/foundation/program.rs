//! The program as people run it: its own database, killed and started again, and its commands.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{PASSWORD, PROGRAM, client, folder};

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

pub fn command(data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env_remove("DATABASE_URL")
        .env("ZUMODRA_PASSWORD", PASSWORD)
        .current_dir(data)
        .arg("--data")
        .arg(data);
    command
}

pub fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data).args(arguments).output().expect("runs")
}

#[track_caller]
pub fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A server process, killed when the test ends.
pub struct Server {
    pub child: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(data: &Path) -> Server {
    serve_with(data, &[])
}

/// A server process with settings of its own.
pub fn serve_with(data: &Path, settings: &[(&str, String)]) -> Server {
    let port = free_port();
    let child = command(data)
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    Server { child, port }
}

pub async fn wait_until_ready(server: &mut Server) {
    let url = format!("http://127.0.0.1:{}/health/ready/", server.port);
    let (client, started) = (client(), Instant::now());
    while started.elapsed() < Duration::from_secs(60) {
        if let Some(status) = server.child.try_wait().expect("waits") {
            panic!("the server ended with {status}");
        }
        if client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server was not ready in time");
}

#[tokio::test]
async fn a_server_that_was_killed_starts_again_with_everything_that_it_answered() {
    let data = folder("killed");
    let client = client();
    for round in 1..=3 {
        let mut server = serve(&data);
        wait_until_ready(&mut server).await;
        let body = serde_json::json!({
            "workspace": format!("Round {round}"),
            "name": "Ada",
            "email": format!("ada{round}@example.com"),
            "password": PASSWORD,
        });
        let answer = client
            .post(format!("http://127.0.0.1:{}/api/v1/tenants/", server.port))
            .json(&body)
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status(), 201);
        // No time to say goodbye: the next server finds the database of this one.
        server.child.kill().expect("kills");
        server.child.wait().expect("ends");
    }
    let listed = text(&run(&data, &["tenant", "list"]));
    for round in 1..=3 {
        assert!(listed.contains(&format!("round-{round}")), "{listed}");
    }
}

#[tokio::test]
async fn a_server_stops_in_order_and_takes_its_database_with_it() {
    let data = folder("stopped");
    let mut server = serve(&data);
    wait_until_ready(&mut server).await;
    let second = run(&data, &["serve", "--listen", &format!("127.0.0.1:{}", free_port())]);
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("Another server is using the data folder"));

    let pid = nix::unistd::Pid::from_raw(server.child.id().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("signals");
    assert!(server.child.wait().expect("ends").success());
    let left = data.join("postgres/cluster/postmaster.pid");
    assert!(!left.exists(), "the database was shut down");
}

#[tokio::test]
async fn commands_work_beside_a_running_server_and_without_one() {
    let data = folder("commands");
    let created =
        text(&run(&data, &["tenant", "create", "Acme", "--owner", "Ada", "--email", "ada@example.com"]));
    assert!(created.starts_with("acme "), "{created}");
    let mut server = serve(&data);
    wait_until_ready(&mut server).await;
    let add = ["member", "add", "acme", "bob@example.com", "--role", "recruiter", "--name", "Bob"];
    text(&run(&data, &add));
    let invited = text(&run(&data, &["member", "invite", "acme", "eve@example.com", "--role", "viewer"]));
    assert_eq!(invited.trim().len(), 43);
    text(&run(&data, &["member", "role", "acme", "bob@example.com", "admin"]));
    let members = text(&run(&data, &["member", "list", "acme"]));
    assert!(
        members.lines().any(|line| line.starts_with("bob@example.com") && line.contains("admin")),
        "{members}"
    );
    let last = run(&data, &["member", "deactivate", "acme", "ada@example.com"]);
    assert!(String::from_utf8_lossy(&last.stderr).contains("at least one owner"));
    text(&run(&data, &["tenant", "suspend", "acme"]));
    assert!(text(&run(&data, &["tenant", "list"])).contains("suspended"));
    text(&run(&data, &["tenant", "activate", "acme"]));

    let devices = text(&run(&data, &["device", "list", "acme"]));
    let id =
        devices.lines().nth(1).and_then(|line| line.split_whitespace().next()).expect("a device").to_owned();
    text(&run(&data, &["device", "revoke", "acme", &id]));
    assert!(text(&run(&data, &["device", "list", "acme"])).contains("revoked"));
    assert!(!run(&data, &["tenant", "suspend", "nobody"]).status.success());

    let doctor = text(&run(&data, &["doctor"]));
    assert!(doctor.contains("every workspace is at the present version"), "{doctor}");
}

#[test]
fn a_setting_that_cannot_be_is_named_with_its_source() {
    let data = folder("settings");
    let output = command(&data).env("ZUMODRA_LISTEN", "nowhere").arg("doctor").output().expect("runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(error.to_lowercase().contains("listen") && error.contains("environment"), "{error}");
    std::fs::write(data.join("zumodra.toml"), "listn = \"127.0.0.1:1\"\n").expect("writes");
    let error = String::from_utf8_lossy(&run(&data, &["doctor"]).stderr).into_owned();
    assert!(error.contains("listn") && error.contains("zumodra.toml"), "{error}");
}

#[test]
fn the_data_of_another_version_is_left_alone() {
    // Beneath a closed folder the cluster would lie elsewhere; the system's folder for passing things is open.
    let data = std::env::temp_dir().join(format!("zumodra-version-{}", std::process::id()));
    std::fs::create_dir_all(&data).expect("a folder");
    text(&run(&data, &["tenant", "list"]));
    let version = data.join("postgres/cluster/PG_VERSION");
    std::fs::write(&version, "9\n").expect("writes");
    let output = run(&data, &["tenant", "list"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(error.contains("made by PostgreSQL 9"), "{error}");
    let _ = std::fs::remove_dir_all(&data);
}

#[test]
fn without_programs_the_reason_is_in_words() {
    let data = folder("programs");
    let output =
        command(&data).env("ZUMODRA_PG_BIN", "/nonexistent").args(["tenant", "list"]).output().expect("runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("was not found"));
}

#[test]
fn the_doctor_looks_and_changes_nothing() {
    let data = folder("doctor");
    let fresh = text(&run(&data, &["doctor"]));
    assert!(fresh.contains("nothing is there yet"), "{fresh}");
    assert!(text(&run(&data, &["doctor"])).contains("nothing is there yet"));
}

#[test]
fn a_data_folder_in_a_closed_place_still_gets_its_database() {
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    let closed = folder("closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).expect("permissions");
    let data = closed.join("inner");
    std::fs::create_dir(&data).expect("a folder");
    // The one above is not ours to open when it is somebody's home: the cluster goes elsewhere, and says so.
    let output = run(&data, &["tenant", "list"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    text(&output);
    assert!(error.contains("/var/lib/zumodra/"), "{error}");
    text(&run(&data, &["tenant", "list"]));
    let elsewhere =
        error.split_whitespace().find(|word| word.starts_with("/var/lib/zumodra/")).expect("the place");
    std::fs::remove_dir_all(elsewhere).expect("swept");
}
