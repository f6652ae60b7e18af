//! A desk to sit at: a virtual display, a session bus with an unlocked keyring, and a driver for the real window.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::{eventually, free_port, program};

/// How long the display, the bus and the driver may take to come up, each.
const UP_WITHIN: Duration = Duration::from_secs(20);

/// A display, a bus with a keyring, and a WebDriver. Everything ends when it is dropped.
#[derive(Debug)]
pub struct Desk {
    children: Vec<Child>,
    driver: String,
    home: PathBuf,
}

impl Desk {
    /// Sets a desk up with a fresh home folder beneath `folder`. With `keyring` an unlocked keyring runs on the bus;
    /// without, there is a bus and no keyring.
    ///
    /// # Errors
    /// When a program is missing or does not come up.
    pub async fn set_up(folder: &Path, width: u32, height: u32, keyring: bool) -> Result<Self> {
        let home = folder.join("home");
        let runtime = folder.join("run");
        std::fs::create_dir_all(&home)?;
        std::fs::create_dir_all(&runtime)?;
        let mut desk = Self { children: Vec::new(), driver: String::new(), home };
        let display = desk.display(width, height).await?;
        let bus = desk.bus(&runtime).await?;
        if keyring {
            desk.keyring(&runtime, &bus)?;
        }
        desk.driver(&display, &runtime, &bus).await?;
        Ok(desk)
    }

    async fn display(&mut self, width: u32, height: u32) -> Result<String> {
        // Any number that no other test took: the lock file says so.
        let number = (90..400)
            .find(|n| !Path::new(&format!("/tmp/.X{n}-lock")).exists() && (n + std::process::id()) % 7 == 0)
            .unwrap_or(401);
        let screen = format!("{width}x{height}x24");
        let child = Command::new("Xvfb")
            .args([&format!(":{number}"), "-screen", "0", &screen, "-nolisten", "tcp"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start Xvfb")?;
        self.children.push(child);
        let socket = format!("/tmp/.X11-unix/X{number}");
        eventually("the display", UP_WITHIN, async || Path::new(&socket).exists().then_some(())).await?;
        Ok(format!(":{number}"))
    }

    async fn bus(&mut self, runtime: &Path) -> Result<String> {
        let socket = runtime.join("bus");
        let address = format!("unix:path={}", socket.display());
        let child = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", &format!("--address={address}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start dbus-daemon")?;
        self.children.push(child);
        eventually("the bus", UP_WITHIN, async || socket.exists().then_some(())).await?;
        Ok(address)
    }

    fn keyring(&mut self, runtime: &Path, bus: &str) -> Result<()> {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", runtime)
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start gnome-keyring-daemon")?;
        child.stdin.take().context("its standard input")?.write_all(b"keyring-password")?;
        self.children.push(child);
        Ok(())
    }

    async fn driver(&mut self, display: &str, runtime: &Path, bus: &str) -> Result<()> {
        let port = free_port()?;
        let child = Command::new("WebKitWebDriver")
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("DISPLAY", display)
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", &self.home)
            .env("XDG_DATA_HOME", self.home.join("data"))
            .env("XDG_CACHE_HOME", self.home.join("cache"))
            .env("XDG_CONFIG_HOME", self.home.join("config"))
            .env("XDG_RUNTIME_DIR", runtime)
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("ZUMODRA_HOME", self.home.join("zumodra"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start WebKitWebDriver")?;
        self.children.push(child);
        self.driver = format!("http://127.0.0.1:{port}");
        eventually("the driver", UP_WITHIN, async || std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            .await?;
        Ok(())
    }

    /// Opens the real window.
    ///
    /// # Errors
    /// When the window does not come up.
    pub async fn open_window(&self) -> Result<Client> {
        let options = json!({ "binary": program("zumodra")?, "args": [] });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        let client =
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.driver).await?;
        Ok(client)
    }

    /// Ends the window's process with SIGKILL: nothing gets a chance to tidy up.
    ///
    /// # Errors
    /// When the processes of this machine cannot be listed.
    pub fn kill_window(&self) -> Result<()> {
        let mark = format!("ZUMODRA_HOME={}", self.home.join("zumodra").display());
        let binary = program("zumodra")?;
        for entry in std::fs::read_dir("/proc")?.filter_map(std::result::Result::ok) {
            let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
            let ours = environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes());
            if ours && std::fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == binary) {
                Command::new("kill").arg("-9").arg(entry.file_name()).status()?;
            }
        }
        Ok(())
    }

    /// The home folder, where the replica lies beneath `zumodra`.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The last started first: the driver ends its window before the display goes.
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
