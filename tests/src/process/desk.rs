//! A desk to sit at: a virtual display, a session bus with an unlocked keyring, and a driver for the real window.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
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
    driver: Option<Child>,
    driver_url: String,
    environment: Vec<(&'static str, OsString)>,
    display: String,
    home: PathBuf,
}

impl Desk {
    /// Sets a desk up with a fresh home folder beneath `folder`. With `keyring` an unlocked keyring runs on the bus;
    /// without, there is neither.
    ///
    /// # Errors
    /// When a program is missing or does not come up.
    pub async fn set_up(folder: &Path, width: u32, height: u32, keyring: bool) -> Result<Self> {
        let home = folder.join("home");
        let runtime = folder.join("run");
        std::fs::create_dir_all(&home)?;
        std::fs::create_dir_all(&runtime)?;
        let mut desk = Self {
            children: Vec::new(),
            driver: None,
            driver_url: String::new(),
            environment: Vec::new(),
            display: String::new(),
            home,
        };
        desk.display = desk.start_display(width, height).await?;
        // Without a keyring there is no bus either: a bus would start a keyring by itself, and it would ask.
        let bus = if keyring { desk.bus(&runtime).await? } else { "unix:path=/nowhere".to_owned() };
        if keyring {
            desk.keyring(&runtime, &bus)?;
        }
        desk.environment = vec![
            ("TAURI_WEBVIEW_AUTOMATION", "true".into()),
            ("WEBKIT_DISABLE_COMPOSITING_MODE", "1".into()),
            ("NO_AT_BRIDGE", "1".into()),
            ("DISPLAY", desk.display.clone().into()),
            ("HOME", desk.home.clone().into()),
            ("XDG_DATA_HOME", desk.home.join("data").into()),
            ("XDG_CACHE_HOME", desk.home.join("cache").into()),
            ("XDG_CONFIG_HOME", desk.home.join("config").into()),
            ("XDG_RUNTIME_DIR", runtime.into()),
            ("DBUS_SESSION_BUS_ADDRESS", bus.into()),
            ("ZUMODRA_HOME", desk.home.join("zumodra").into()),
        ];
        desk.start_driver().await?;
        Ok(desk)
    }

    /// The server chooses a free number itself and says it on its standard output.
    async fn start_display(&mut self, width: u32, height: u32) -> Result<String> {
        let screen = format!("{width}x{height}x24");
        let mut child = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start Xvfb")?;
        let said = child.stdout.take().context("its standard output")?;
        self.children.push(child);
        let reading = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(said).read_line(&mut line).map(|_| line)
        });
        let number =
            tokio::time::timeout(UP_WITHIN, reading).await.context("the display did not come up")???;
        anyhow::ensure!(!number.trim().is_empty(), "the display did not come up");
        Ok(format!(":{}", number.trim()))
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

    async fn start_driver(&mut self) -> Result<()> {
        let port = free_port()?;
        let child = Command::new("WebKitWebDriver")
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start WebKitWebDriver")?;
        self.driver = Some(child);
        self.driver_url = format!("http://127.0.0.1:{port}");
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
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.driver_url)
            .await?;
        Ok(client)
    }

    /// Takes a picture of the whole display.
    ///
    /// # Errors
    /// When no picture can be taken.
    pub fn picture(&self, file: &Path) -> Result<()> {
        let taken =
            Command::new("import").args(["-display", &self.display, "-window", "root"]).arg(file).status()?;
        anyhow::ensure!(taken.success(), "no picture of {}", self.display);
        Ok(())
    }

    /// Takes a picture of the upper left part of the display, where a window without a window manager lies.
    ///
    /// # Errors
    /// When no picture can be taken.
    pub fn picture_of(&self, (width, height): (u32, u32), file: &Path) -> Result<()> {
        let part = format!("{width}x{height}+0+0");
        let taken = Command::new("import")
            .args(["-display", &self.display, "-window", "root", "-crop", &part, "+repage"])
            .arg(file)
            .status()?;
        anyhow::ensure!(taken.success(), "no picture of {}", self.display);
        Ok(())
    }

    /// The processes that run at this desk's home: the window and its web views.
    ///
    /// # Errors
    /// When the processes of this machine cannot be listed.
    pub fn window_processes(&self) -> Result<Vec<u32>> {
        let mark = format!("ZUMODRA_HOME={}", self.home.join("zumodra").display());
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc")?.filter_map(std::result::Result::ok) {
            let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
            let ours = environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes());
            let is_driver = std::fs::read_link(entry.path().join("exe"))
                .is_ok_and(|program| program.file_name().is_some_and(|name| name == "WebKitWebDriver"));
            if ours && !is_driver {
                found.extend(entry.file_name().to_string_lossy().parse::<u32>().ok());
            }
        }
        Ok(found)
    }

    /// Ends the window's process with SIGKILL: nothing gets a chance to tidy up. The driver, which serves one window
    /// in its life, is started anew.
    ///
    /// # Errors
    /// When the processes of this machine cannot be listed or the driver does not come up.
    pub async fn kill_window(&mut self) -> Result<()> {
        let binary = program("zumodra")?;
        for process in self.window_processes()? {
            if std::fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|exe| exe == binary) {
                Command::new("kill").arg("-9").arg(process.to_string()).status()?;
            }
        }
        self.stop_driver();
        self.start_driver().await
    }

    fn stop_driver(&mut self) {
        if let Some(mut driver) = self.driver.take() {
            let _ = driver.kill();
            let _ = driver.wait();
        }
    }

    /// The home folder, where the replica lies beneath `zumodra`.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop_driver();
        // The last started first: the display goes last.
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
