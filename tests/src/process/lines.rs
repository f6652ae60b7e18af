//! A program that is driven by JSON lines: questions on its standard input, answers and events on its standard output.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::eventually;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long a program that was told to end may take.
const END_WITHIN: Duration = Duration::from_secs(30);

/// What a program said of its own accord, and when its line was read.
#[derive(Debug, Clone)]
pub struct Told {
    /// When.
    pub at: Instant,
    /// The event's name.
    pub name: String,
    /// What came with it.
    pub payload: Value,
}

/// An answer, and when its line was read.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When.
    pub at: Instant,
    /// The number of the question.
    pub id: u64,
    /// What was answered.
    pub answer: std::result::Result<Value, Value>,
}

/// Where the events go, once somebody listens.
type Listener = Arc<Mutex<Option<mpsc::UnboundedSender<Told>>>>;

/// A running program. It is killed when it is dropped.
#[derive(Debug)]
pub struct Lines {
    log: PathBuf,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::UnboundedReceiver<(Instant, Value)>,
    listener: Listener,
    asked: u64,
}

/// Hands on each line with the instant at which it came: what is measured must not wait for whoever reads.
fn read(stdout: ChildStdout, lines: &mpsc::UnboundedSender<(Instant, Value)>, listener: &Listener) {
    let told = |event: Option<Told>| {
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Some(event) => drop(listener.as_ref().map(|listener| listener.send(event))),
            None => *listener = None,
        }
    };
    for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
        let at = Instant::now();
        // A line that was cut off by a kill is no line.
        let Ok(mut value) = serde_json::from_str::<Value>(&line) else { continue };
        if let Some(name) = value["event"].as_str().map(str::to_owned) {
            told(Some(Told { at, name, payload: value["payload"].take() }));
        } else if lines.send((at, value)).is_err() {
            break;
        }
    }
    told(None);
}

impl Lines {
    /// Starts a program; what it writes to its error stream is appended to a log.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let errors = File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut child = command.spawn().with_context(|| format!("start {command:?}"))?;
        let stdin = child.stdin.take().context("its standard input")?;
        let stdout = child.stdout.take().context("its standard output")?;
        let (sender, lines) = mpsc::unbounded_channel();
        let listener = Listener::default();
        let told = Arc::clone(&listener);
        std::thread::spawn(move || read(stdout, &sender, &told));
        Ok(Self { log: log.to_owned(), child, stdin: Some(stdin), lines, listener, asked: 0 })
    }

    /// What the program says of its own accord from now on.
    pub fn events(&mut self) -> mpsc::UnboundedReceiver<Told> {
        let (sender, events) = mpsc::unbounded_channel();
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        events
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to its error stream.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Asks without waiting for the answer; gives the number that the answer will bear.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn say(&mut self, command: &str, args: &Value) -> Result<u64> {
        self.asked += 1;
        let line = json!({ "id": self.asked, "command": command, "args": args });
        let stdin = self.stdin.as_mut().context("the program was told to end")?;
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).context("the program is gone")?;
        Ok(self.asked)
    }

    /// The next line that is an answer, with the instant at which it came. None when the process is gone.
    pub async fn answered(&mut self) -> Option<Answered> {
        loop {
            let (at, mut line) = self.lines.recv().await?;
            let Some(id) = line["id"].as_u64() else { continue };
            let error = line["error"].take();
            let answer = if error.is_null() { Ok(line["ok"].take()) } else { Err(error) };
            return Some(Answered { at, id, answer });
        }
    }

    /// Asks and waits for the answer; gives the instant at which it came besides.
    ///
    /// # Errors
    /// When the program refuses, is gone, or takes too long.
    pub async fn ask(&mut self, command: &str, args: &Value) -> Result<(Value, Instant)> {
        let asked = self.say(command, args)?;
        let answer = async {
            while let Some(answered) = self.answered().await {
                if answered.id == asked {
                    return Some((answered.at, answered.answer));
                }
            }
            None
        };
        let answer = tokio::time::timeout(ANSWER_WITHIN, answer).await;
        match answer.with_context(|| format!("{command}: no answer"))? {
            Some((at, Ok(value))) => Ok((value, at)),
            Some((_, Err(problem))) => bail!("{command}: {problem}"),
            None => bail!("{command}: the program is gone: {}", self.log()),
        }
    }

    /// Lets the program end in good order: there is nothing more to read.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn end(mut self) -> Result<()> {
        drop(self.stdin.take());
        eventually("the program to end", END_WITHIN, async || self.child.try_wait().ok().flatten()).await?;
        Ok(())
    }

    /// Ends the process with SIGKILL: nothing gets a chance to tidy up.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.kill();
    }
}
