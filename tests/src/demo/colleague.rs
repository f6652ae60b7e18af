//! The colleague of the demo who works on a train: the first application that somebody else moves, Tom moved as well while
//! he had no network. When he has it again, whoever moved it has two answers to choose from in Needs attention.
//!
//! A merge conflict cannot be seeded: it is of the desktop on which one of the two edits was made, and there is none before
//! somebody signs in. So this makes the other half of one, with a real engine and a connection that is really cut.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use zumodra_shared::schema::Edit;

use super::desk::Desktop;

/// Who is on the train.
pub const EMAIL: &str = "tom@northwind.example";
/// How often the colleague looks at what others moved.
const LOOKS_EVERY: Duration = Duration::from_secs(2);
/// Where the colleague's replicas are, below the demo's data.
const FOLDER: &str = "colleague";
/// Kinds of stages in which nobody is put by chance.
const ENDS: [&str; 3] = ["hired", "rejected", "withdrawn"];

/// The colleague: a phone that hears of everything, and a laptop that has heard of nothing since the train left.
pub struct Colleague {
    phone: Desktop,
    laptop: Desktop,
    /// The stage of each application when the train left.
    left: HashMap<String, String>,
}

/// What the colleague did to whose application.
#[derive(Debug)]
pub struct Moved {
    /// The application.
    pub application: String,
    /// The stage that he chose for it.
    pub stage: String,
}

impl Colleague {
    /// Signs in on both, waits for everything, and gets on the train.
    ///
    /// # Errors
    /// When a sign-in is refused or a replica does not arrive.
    pub async fn on_a_train(folder: &Path, port: u16) -> Result<Self> {
        let (phone, laptop) = tokio::try_join!(
            Desktop::sign_in("Tom's phone", EMAIL, folder, port),
            Desktop::sign_in("Tom's laptop", EMAIL, folder, port),
        )?;
        tokio::try_join!(phone.current(), laptop.current())?;
        laptop.link.cut();
        laptop.offline().await?;
        let left = laptop.rows("applications").await?.iter().filter_map(stage_of).collect();
        Ok(Self { phone, laptop, left })
    }

    /// Waits until somebody moves an application that was there when the train left, moves it elsewhere, and arrives.
    ///
    /// # Errors
    /// When a replica fails, or what was done on the train is refused.
    pub async fn arrives(self) -> Result<Moved> {
        let row = loop {
            let rows = self.phone.rows("applications").await?;
            let moved = |row: &&Value| {
                stage_of(row).is_some_and(|(id, stage)| self.left.get(&id).is_some_and(|was| *was != stage))
            };
            match rows.iter().find(moved) {
                Some(row) => break row.clone(),
                None => tokio::time::sleep(LOOKS_EVERY).await,
            }
        };
        let (application, theirs) = stage_of(&row).context("an application in a stage")?;
        let was = self.left.get(&application).context("an application of before")?;
        let pipeline = row["fields"]["pipeline_id"].as_str().context("an application in a pipeline")?;
        let pipeline = self.laptop.row("pipelines", pipeline).await?;
        let mut others = open_stages(&pipeline).into_iter().filter(|id| id != was && *id != theirs);
        let stage = others.next().context("a third stage")?.to_owned();
        self.laptop.edit("applications", &application, vec![Edit::set("stage_id", stage.as_str())]).await?;
        self.laptop.link.mend();
        self.laptop.connect_now().await?;
        self.laptop.current().await?;
        self.phone.close().await;
        self.laptop.close().await;
        Ok(Moved { application, stage })
    }
}

/// The stages of a pipeline in which an application goes on.
pub fn open_stages(pipeline: &Value) -> Vec<&str> {
    let stages = pipeline["fields"]["stages"].as_array().into_iter().flatten();
    let open = stages.filter(|stage| !ENDS.iter().any(|kind| stage["kind"] == *kind));
    open.filter_map(|stage| stage["id"].as_str()).collect()
}

/// An application and its stage.
fn stage_of(row: &Value) -> Option<(String, String)> {
    let stage = row["fields"]["stage_id"].as_str()?;
    Some((row["id"].as_str()?.to_owned(), stage.to_owned()))
}

/// Is the colleague once, for as long as the demo runs. What he has is kept below the demo's data; another run begins anew.
///
/// # Errors
/// As [`Colleague::on_a_train`] and [`Colleague::arrives`]; when what an earlier run left cannot be removed.
pub async fn run(data: &Path, port: u16) -> Result<()> {
    let folder = data.join(FOLDER);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).context("remove what the colleague had");
        }
        Ok(()) | Err(_) => {}
    }
    std::fs::create_dir_all(&folder).context("make the colleague's folder")?;
    let colleague = Colleague::on_a_train(&folder, port).await?;
    println!("Tom is on a train without a network. The first application that you move, he moves as well.");
    colleague.arrives().await?;
    println!("Tom arrived: what he moved on the train waits for you in Needs attention.");
    Ok(())
}
