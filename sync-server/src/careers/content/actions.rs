//! Reading and changing what a workspace says on its career pages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template as _;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};

use super::judge::judge;
use super::model::{Content, Section};
use super::parts::{Alone, Place, parts};
use super::{pictures, store};
use crate::app::App;
use crate::careers::words::Language;
use crate::check::Check;
use crate::error::Result;
use crate::limits::TENANT_CACHE_MS;
use crate::tenants::Tenant;
use crate::tenants::logo::Logo;

/// Workspaces whose pages are held at once.
const MAX_HELD: usize = 500;
/// Bytes that the sections below the list of jobs may have as HTML, in either language: with the list and the style they
/// stay below 100 kB.
const MAX_LIST_BYTES: usize = 30 << 10;
/// Bytes that the sections of a page of its own may have as HTML, in either language.
const MAX_PAGE_BYTES: usize = 60 << 10;

/// What a workspace says, with its pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Showing {
    /// Which version it is; 0 before anything was said.
    pub version: i32,
    /// What it says.
    pub content: Content,
    /// Its pictures, by their hashes.
    pub pictures: HashMap<String, Logo>,
}

/// What was looked at lately. It is believed as long as a workspace's settings are.
#[derive(Debug, Default)]
pub struct Contents {
    held: Mutex<HashMap<RecordId, (Millis, Arc<Showing>)>>,
}

impl Contents {
    fn get(&self, tenant_id: RecordId, now: Millis) -> Option<Arc<Showing>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, showing) = held.get(&tenant_id)?;
        (now - at < TENANT_CACHE_MS && now >= *at).then(|| Arc::clone(showing))
    }

    fn put(&self, tenant_id: RecordId, now: Millis, showing: &Arc<Showing>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MAX_HELD {
            held.clear();
        }
        held.insert(tenant_id, (now, Arc::clone(showing)));
    }

    /// Forgets what was changed.
    pub fn forget(&self, tenant_id: RecordId) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant_id);
    }
}

/// What a workspace shows.
///
/// # Errors
/// When the database cannot be read.
pub async fn shown(app: &App, tenant: &Tenant) -> Result<Arc<Showing>> {
    let now = app.now();
    if let Some(showing) = app.contents().get(tenant.id, now) {
        return Ok(showing);
    }
    let showing = Arc::new(read(app, tenant).await?);
    app.contents().put(tenant.id, now, &showing);
    Ok(showing)
}

/// What a workspace says now.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(app: &App, tenant: &Tenant) -> Result<Showing> {
    let mut tx = app.db().public().await?;
    let found = store::read(&mut tx, tenant.id).await?;
    let pictures = pictures::all(&mut tx, tenant).await?;
    tx.commit().await?;
    let (version, content) = found.map(|(version, content)| (version, content.0)).unwrap_or_default();
    Ok(Showing { version, content, pictures })
}

/// Has a workspace say something in the place of the version that was read.
///
/// # Errors
/// [`Code::InvalidFields`] naming each field that needs another value by where it is; [`Code::Conflict`] when somebody
/// else changed it meanwhile.
pub async fn save(app: &App, tenant: &Tenant, version: i32, mut content: Content) -> Result<Showing> {
    let mut tx = app.db().public().await?;
    let pictures = pictures::all(&mut tx, tenant).await?;
    let mut check = Check::new();
    judge(&mut check, &mut content, &pictures);
    weigh(&mut check, tenant, &content, &pictures)?;
    check.done()?;
    let kept = store::write(&mut tx, tenant.id, version, &content, app.now()).await?;
    let version = kept.ok_or(Code::Conflict)?;
    pictures::tidy(&mut tx, tenant, &content, app.now()).await?;
    let pictures = pictures::all(&mut tx, tenant).await?;
    tx.commit().await?;
    app.contents().forget(tenant.id);
    Ok(Showing { version, content, pictures })
}

/// Refuses what would make a page too large to be read on a telephone.
fn weigh(
    check: &mut Check,
    tenant: &Tenant,
    content: &Content,
    pictures: &HashMap<String, Logo>,
) -> Result<()> {
    let base = format!("{}/{}", crate::tenants::address::FOLDER, tenant.slug);
    let mut weigh = |field: String, sections: &[Section], max: usize| -> Result<()> {
        for language in [Language::En, Language::Fr] {
            let place = Place { base: &base, jobs: base.clone(), language, with_hidden: false };
            let html = Alone { parts: &parts(&place, sections, pictures) }.render();
            if html.map_err(anyhow::Error::from)?.len() > max {
                check.wrong(
                    &field,
                    &format!("Together these are too long: up to {} kB a language.", max >> 10),
                );
            }
        }
        Ok(())
    };
    weigh("sections".to_owned(), &content.sections, MAX_LIST_BYTES)?;
    for (at, page) in content.pages.iter().enumerate() {
        weigh(format!("pages.{at}.sections"), &page.sections, MAX_PAGE_BYTES)?;
    }
    Ok(())
}
