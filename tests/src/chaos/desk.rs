//! A person at a desktop: works, is offline for a while, and is cut off by the death of the engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::ledger::{Made, Shown, mark};
use crate::process::balancer::{Balancer, Weather};
use crate::process::engine::{EngineProcess, PASSPHRASE};
use crate::process::eventually;
use crate::process::server::PASSWORD;

/// The bad network, in thousandths of what is read.
const BAD: Weather = Weather { cut: 3, truncated: 3, doubled: 4, delayed: 60 };
/// The longest pause between two deeds.
const MAX_PAUSE_MS: u64 = 500;
/// The longest time without a network.
const MAX_OFFLINE_MS: u64 = 8_000;
/// Out of a thousand deeds: the engine is killed, the network goes away.
const KILLS: u32 = 12;
const OFFLINES: u32 = 15;
/// Changes that are typed at once at most.
const MAX_BURST: usize = 6;
/// How long a desktop may take to come to rest after everything was mended.
const REST_WITHIN: Duration = Duration::from_secs(120);
/// How long the way into an engine may take while servers die.
const ENTER_WITHIN: Duration = Duration::from_secs(240);

/// What people change: the kind, and the field that takes any text.
const CHANGED: [(&str, &str); 4] =
    [("candidates", "headline"), ("candidates", "city"), ("jobs", "title"), ("candidate_contacts", "phone")];

/// A desktop with the person at it.
pub struct Desk {
    /// Its network.
    pub network: Balancer,
    /// Everything that was typed here.
    pub made: Vec<Made>,
    /// What was refused and then discarded.
    pub discarded: Shown,
    /// Kills of the engine.
    pub kills: u64,
    /// Sign-ins after the first.
    pub sign_ins: u64,
    /// Who sits here.
    pub email: String,
    pub engine: EngineProcess,
    number: usize,
    home: PathBuf,
    rng: ChaCha8Rng,
    typed: u64,
}

impl Desk {
    /// Opens a desktop in good weather, and has it download everything.
    pub async fn open(
        folder: &Path,
        number: usize,
        email: &str,
        network: Balancer,
        seed: u64,
    ) -> Result<Self> {
        let home = folder.join(format!("desktop-{number}"));
        let mut engine = EngineProcess::start(&home)?;
        engine.enter(&network.url, email).await?;
        engine.current().await?;
        Ok(Self {
            network,
            made: Vec::new(),
            discarded: Shown::default(),
            kills: 0,
            sign_ins: 0,
            email: email.to_owned(),
            engine,
            number,
            home,
            rng: ChaCha8Rng::seed_from_u64(seed),
            typed: 0,
        })
    }

    /// Works until it is stopped.
    pub async fn work(mut self, stopped: watch::Receiver<bool>) -> Result<Self> {
        self.network.weather(BAD);
        while !*stopped.borrow() {
            match self.rng.random_range(0..1_000) {
                roll if roll < KILLS => self.die().await?,
                roll if roll < KILLS + OFFLINES => {
                    self.network.cut(false);
                    let until = tokio::time::Instant::now() + self.pause(MAX_OFFLINE_MS);
                    while tokio::time::Instant::now() < until {
                        self.type_some().await?;
                        tokio::time::sleep(self.pause(MAX_PAUSE_MS)).await;
                    }
                    self.network.cut(true);
                }
                roll if roll < KILLS + OFFLINES + 20 => self.look_at_attention().await?,
                _ => self.type_some().await?,
            }
            tokio::time::sleep(self.pause(MAX_PAUSE_MS)).await;
        }
        self.network.weather(Weather::default());
        self.network.cut(true);
        Ok(self)
    }

    fn pause(&mut self, most_ms: u64) -> Duration {
        Duration::from_millis(self.rng.random_range(1..most_ms))
    }

    fn mark(&mut self) -> String {
        self.typed += 1;
        mark(self.number, self.typed)
    }

    /// What is typed next: a command of the engine, and the entry of the ledger.
    async fn next(&mut self) -> Result<(&'static str, Value, Made)> {
        let mark = self.mark();
        if self.rng.random_range(0..4) == 0 {
            let request = json!({ "request": { "kind": "tags", "fields": { "name": mark } } });
            return Ok(("create", request, Made { mark, record: None, field: "name", kept: false }));
        }
        let (kind, field) = *CHANGED.choose(&mut self.rng).unwrap_or(&CHANGED[0]);
        let listed = self.engine.ask("list", json!({ "request": { "kind": kind, "limit": 100 } })).await?;
        let rows = listed["rows"].as_array().context("rows")?;
        let Some(row) = rows.choose(&mut self.rng) else {
            let request = json!({ "request": { "kind": "tags", "fields": { "name": mark } } });
            return Ok(("create", request, Made { mark, record: None, field: "name", kept: false }));
        };
        let id = row["id"].as_str().context("an id")?.to_owned();
        let edits = json!([{ "field": field, "op": "set", "value": mark }]);
        let request = json!({ "request": { "kind": kind, "id": id, "edits": edits } });
        Ok(("edit", request, Made { mark, record: Some(id), field, kept: false }))
    }

    fn note(&mut self, mut made: Made, answer: Option<std::result::Result<Value, Value>>) {
        match answer {
            Some(Ok(written)) => {
                made.kept = true;
                if made.record.is_none() {
                    made.record = written["id"].as_str().map(str::to_owned);
                }
                self.made.push(made);
            }
            // What the rules refuse at once was never made.
            Some(Err(_)) => {}
            None => self.made.push(made),
        }
    }

    async fn type_some(&mut self) -> Result<()> {
        let count = self.rng.random_range(1..=MAX_BURST);
        for _ in 0..count {
            let (command, request, made) = self.next().await?;
            let asked = self.engine.say(command, &request)?;
            let (id, answer) = self.engine.answer().await.context("the engine is gone")?;
            anyhow::ensure!(id == asked, "the answer to {id} instead of {asked}");
            self.note(made, Some(answer));
        }
        Ok(())
    }

    /// The engine is killed while it has much to do; then the person starts it again.
    async fn die(&mut self) -> Result<()> {
        let mut deeds = Vec::new();
        for _ in 0..MAX_BURST {
            deeds.push(self.next().await?);
        }
        let mut under_way = BTreeMap::new();
        for (command, request, made) in deeds {
            under_way.insert(self.engine.say(command, &request)?, made);
        }
        tokio::time::sleep(self.pause(30)).await;
        self.engine.kill();
        self.kills += 1;
        // What was answered before the kill was answered.
        while let Some((id, answer)) = self.engine.answer().await {
            if let Some(made) = under_way.remove(&id) {
                self.note(made, Some(answer));
            }
        }
        for made in under_way.into_values() {
            self.note(made, None);
        }
        self.engine = EngineProcess::start(&self.home)?;
        self.enter().await
    }

    /// Opens the replica; where the server wants a password, gives it.
    async fn enter(&mut self) -> Result<()> {
        let session = self.engine.ask("session", Value::Null).await?;
        if session["state"] == "locked"
            && self.engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await.is_ok()
        {
            return Ok(());
        }
        self.sign_in().await
    }

    async fn sign_in(&mut self) -> Result<()> {
        self.sign_ins += 1;
        let request = json!({
            "server": self.network.url, "email": self.email, "password": PASSWORD, "passphrase": PASSPHRASE,
        });
        let mut last = String::new();
        let entered = eventually("a sign-in", ENTER_WITHIN, async || {
            match self.engine.ask("sign_in", json!({ "request": request })).await {
                Ok(_) => Some(()),
                Err(error) => {
                    last = error.to_string();
                    None
                }
            }
        });
        let entered = entered.await;
        entered.context(last)
    }

    /// The person looks at what was refused, and discards some of it.
    async fn look_at_attention(&mut self) -> Result<()> {
        let items = self.engine.ask("attention", Value::Null).await?;
        for item in items.as_array().into_iter().flatten() {
            if item["type"] == "refused" && self.rng.random() {
                let choice = json!({ "id": item["id"], "choice": { "choice": "discard" } });
                self.engine.ask("resolve_attention", choice).await?;
                self.discarded.read(&json!([item]));
            }
        }
        Ok(())
    }

    /// Waits until the replica has everything and nothing waits.
    pub async fn rest(&mut self) -> Result<()> {
        let mut last = Value::Null;
        let resting = eventually("the desktop to come to rest", REST_WITHIN, async || {
            last = self.engine.ask("sync_status", Value::Null).await.ok()?;
            if last["state"] == "signed_out" {
                self.sign_in().await.ok()?;
            }
            if last["state"] == "offline" {
                // As a person who does not want to wait for the next attempt.
                self.engine.ask("sync_now", Value::Null).await.ok()?;
            }
            (last["state"] == "up_to_date" && last["waiting"] == 0).then_some(())
        });
        let resting = resting.await;
        resting.with_context(|| last.to_string())
    }
}
