//! Pictures of every screen and page, from the real window and a real browser, over the demonstration workspace; and
//! the figures that a person feels: how soon the window is there, how soon the workspace, what it costs in memory.

mod careers;
mod memory;
mod window;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::demo::{Http, seed};
use crate::process::server::Server;
use crate::process::temporary;

/// Widths and heights that are looked at: a laptop, and the least that is comfortable.
const SIZES: [(u32, u32); 2] = [(1440, 900), (1024, 700)];
/// Colour schemes that are looked at.
const SCHEMES: [&str; 2] = ["light", "dark"];
/// How long a screen may take to come to rest: motion is under 150 ms, the mark of a remote change 1.6 s.
const REST: Duration = Duration::from_millis(400);

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The window and the pages.
    Both,
    /// The window alone.
    Window,
    /// The career pages alone.
    Careers,
}

/// Figures with their names, in the order in which they were measured.
#[derive(Debug, Default)]
struct Figures(Vec<(String, String)>);

impl Figures {
    fn ms(&mut self, name: &str, value: u128) {
        self.0.push((name.to_owned(), format!("{value} ms")));
    }

    fn mb(&mut self, name: &str, value: f64) {
        self.0.push((name.to_owned(), format!("{value:.0} MB")));
    }

    fn table(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        for (name, value) in &self.0 {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name:<width$}  {value:>9}");
        }
        text
    }
}

/// Takes the pictures into a folder and prints the figures.
///
/// # Errors
/// When a program does not come up or a screen does not appear.
pub async fn run(out: &Path, of: Of) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("make {}", out.display()))?;
    let folder = temporary("pictures")?;
    let server_folder = folder.path().join("server");
    std::fs::create_dir_all(&server_folder)?;
    let server = Server::start(&server_folder).await?;
    let http = Http::new(&server.url())?;
    let seeded = seed::fill(&http, folder.path()).await?;
    let [jobs, candidates, applications, _] = seeded.counts;
    println!("The workspace holds {jobs} jobs, {candidates} candidates, {applications} applications.");
    let owner = seeded.signed.first().context("the workspace has an owner")?;

    let mut figures = Figures::default();
    let mut taken = 0;
    if of != Of::Window {
        taken += careers::walk(out, &http, &owner.slug).await?;
    }
    if of != Of::Careers {
        let access = &owner.access;
        taken += window::walk(out, folder.path(), &server, &http, access, &mut figures).await?;
    }
    let server_id = server.pid().context("the server runs")?;
    let database = memory::database(&server_folder);
    let own: Vec<u32> = memory::family(server_id).into_iter().filter(|id| !database.contains(id)).collect();
    figures.mb("memory of the server (PSS)", memory::share_mb(&own));
    figures.mb(
        &format!("memory of its PostgreSQL (PSS, {} processes)", database.len()),
        memory::share_mb(&database),
    );
    println!("{taken} pictures are in {}", out.display());
    print!("{}", figures.table());
    Ok(())
}

/// The file of one picture: `board-dark-1024.png`.
fn file(out: &Path, name: &str, scheme: &str, width: u32) -> PathBuf {
    out.join(format!("{name}-{scheme}-{width}.png"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_below_each_other() {
        let mut figures = Figures::default();
        figures.ms("first paint", 480);
        figures.mb("memory", 91.4);
        assert_eq!(figures.table(), "first paint     480 ms\nmemory           91 MB\n");
    }
}
