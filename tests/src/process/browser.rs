//! Chromium without a display, with its driver: what sees the career pages as a visitor does.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::{eventually, free_port};

/// How long the driver may take to come up.
const UP_WITHIN: Duration = Duration::from_secs(30);
/// How long a script or the load of a page may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A browser with its driver. Both end when it is dropped.
#[derive(Debug)]
pub struct Browser {
    /// The page that is open.
    pub client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a browser that prefers a colour scheme, `light` or `dark`, with or without scripts.
    ///
    /// # Errors
    /// When the browser or its driver does not come up.
    pub async fn open(scheme: &str, javascript: bool) -> Result<Self> {
        let (profile, port) = (tempfile::tempdir()?, free_port()?);
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start chromedriver")?;
        eventually("the driver", UP_WITHIN, async || std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            .await?;
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-background-networking".into(),
            "--disable-dev-shm-usage".into(),
            "--hide-scrollbars".into(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        if scheme == "dark" {
            arguments.push("--blink-settings=preferredColorScheme=0".into());
        } else {
            arguments.push("--blink-settings=preferredColorScheme=1".into());
        }
        let scripts = if javascript { 1 } else { 2 };
        let options = json!({
            "binary": "/usr/bin/chromium",
            "args": arguments,
            "prefs": {"profile.managed_default_content_settings.javascript": scripts, "intl.accept_languages": "en"},
        });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("open chromium")?;
        client
            .update_timeouts(TimeoutConfiguration::new(Some(ANSWER_WITHIN), Some(ANSWER_WITHIN), None))
            .await?;
        Ok(Self { client, driver, _profile: profile })
    }

    /// Sets the size of the page itself: a window has a least width of its own.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_size(width.max(500), height).await?;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// A command of the browser's own protocol, by way of its driver.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn devtools(&self, name: &'static str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Devtools { name, parameters }).await?)
    }

    /// Presses the button of a form and waits until another page has come in its place: what is looked for next is
    /// never found in the page that was sent.
    ///
    /// # Errors
    /// When there is no such button, or no other page comes.
    pub async fn submit(&self, button: &str) -> Result<()> {
        let page = self.client.find(Locator::Css("html")).await?;
        self.client.find(Locator::Css(button)).await?.click().await?;
        eventually("the next page", ANSWER_WITHIN, async || page.tag_name().await.err()).await?;
        self.client.wait().at_most(ANSWER_WITHIN).for_element(Locator::Css("body")).await?;
        Ok(())
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn close(mut self) -> Result<()> {
        self.client.clone().close().await?;
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        self.driver.kill()?;
        self.driver.wait()?;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // After an error nobody has ended it; an ended one cannot be ended again.
        let _ = self.end();
    }
}

/// See [`Browser::devtools`].
#[derive(Debug)]
struct Devtools {
    name: &'static str,
    parameters: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> std::result::Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(json!({"cmd": self.name, "params": self.parameters}).to_string()))
    }
}
