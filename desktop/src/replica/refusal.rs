//! A refused change: its document is rebuilt without it and without what builds on it in the same fields; everything
//! else that waited is written anew under a new actor; what was typed goes to Needs attention.

use std::collections::BTreeSet;

use automerge::transaction::Transactable;
use automerge::{ActorId, AutoCommit, ObjType, ROOT, ReadDoc};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, EditOp};
use zumodra_shared::sync::guard;
use zumodra_shared::sync::judge::Working;

use super::attention::Refusal;
use super::documents::{Doc, Pending, extend, on_top};
use super::error::{Error, Result};
use super::{Fate, Tx, meta};

impl Tx<'_> {
    /// Takes a refused change out of the outbox, with its causal suffix. A place that is empty was dealt with before.
    pub(super) fn refuse(&mut self, place: u64, problem: &Problem) -> Result<()> {
        let Some(entry) = self.pending_at(place)?.filter(|entry| entry.command.is_none()) else {
            return Ok(());
        };
        let pending = self.pending(entry.doc)?;
        let follows = pending.first().is_some_and(|first| first.place < place);
        if follows && matches!(problem.code, Code::MissingDependency | Code::DependsOnRefused) {
            // An earlier change of the record has no answer yet: that answer decides about this one too.
            return Ok(());
        }
        let (kept, rest): (Vec<Pending>, Vec<Pending>) = pending.into_iter().partition(|p| p.place < place);
        match self.doc(entry.doc)? {
            Some(doc) if entry.creates && !doc.confirmed => self.refuse_creation(&doc, &rest, problem),
            Some(doc) => {
                self.rewrite(doc, &kept, &rest, Some(problem))?;
                self.forget_left_out(entry.doc)
            }
            None => {
                for entry in &rest {
                    self.withdraw(entry, Fate::Refused(entry.hash.clone()))?;
                }
                self.attend(None, &rest, problem, None)
            }
        }
    }

    /// Forgets a document that the last download did not bring, and that stayed for what waited of it.
    fn forget_left_out(&mut self, id: RecordId) -> Result<()> {
        let doc = self.doc(id)?.filter(|doc| doc.stale != 0);
        match doc.filter(|_| meta::download(self.conn).is_ok_and(|download| download.is_none())) {
            Some(doc) if !self.waits(id)? => self.forget(&doc),
            _ => Ok(()),
        }
    }

    /// Takes a change out of the outbox, with its entries in the timeline; its actor is not used again.
    fn withdraw(&mut self, entry: &Pending, fate: Fate) -> Result<()> {
        self.dequeue(entry.place, fate)?;
        self.drop_provisional(&entry.hash)?;
        self.retire_actor(&entry.actor)
    }

    /// A record that may not be: its fields are kept in Needs attention.
    fn refuse_creation(&mut self, doc: &Doc, rest: &[Pending], problem: &Problem) -> Result<()> {
        let shown = self.current(doc, rest)?;
        for entry in rest {
            self.withdraw(entry, Fate::Refused(entry.hash.clone()))?;
        }
        let whole = shown.as_ref().map(|shown| {
            let mut edits = edits_for(doc.def, &shown.shown.fields);
            if shown.shown.deleted {
                edits.push(Edit::deleted(true));
            }
            edits
        });
        let mut items = rest.to_vec();
        if let (Some(whole), Some(first)) = (whole, items.first_mut()) {
            first.edits = whole;
            items[1..].iter_mut().for_each(|entry| entry.edits.clear());
        }
        self.attend(Some((doc, shown.as_ref(), None)), &items, problem, None)?;
        self.forget(doc)
    }

    /// Writes the changes anew whose base is gone: the server has another past than this replica knew.
    pub(crate) fn rebase(&mut self, doc: &mut Doc) -> Result<()> {
        let pending = self.pending(doc.id)?;
        self.rewrite(doc.clone(), &[], &pending, None)
    }

    /// Rebuilds a document: `kept` stays, of `rest` the first is refused (or none is, when only the base changed),
    /// what touches the same fields goes with it, and the others are written anew.
    fn rewrite(
        &mut self,
        mut doc: Doc,
        kept: &[Pending],
        rest: &[Pending],
        refused: Option<&Problem>,
    ) -> Result<()> {
        let principal = meta::principal(self.conn)?;
        let confirmed = self.confirmed(&doc)?;
        let base = on_top(&doc, confirmed, kept)?;
        let mut old = base.clone();
        let mut new = base;
        let mut lost: Vec<Pending> = Vec::new();
        let mut lost_fields: BTreeSet<String> = BTreeSet::new();
        let mut also: Vec<(Pending, Problem)> = Vec::new();
        let mut waiting = kept.to_vec();
        for entry in rest {
            let before = old.take();
            let follows = before.clone().map(|b| extend(b, std::iter::once(entry.body.as_slice())));
            old = follows.and_then(std::result::Result::ok);
            let touched = entry.edits.iter().map(|edit| edit.field.clone());
            let first = refused.is_some() && lost.is_empty();
            if first || touched.clone().any(|field| lost_fields.contains(&field)) {
                lost_fields.extend(touched);
                self.withdraw(entry, Fate::Refused(entry.hash.clone()))?;
                lost.push(entry.clone());
                continue;
            }
            self.retire_actor(&entry.actor)?;
            let edits = carried_over(entry, before.as_ref(), new.as_ref());
            match self.judged(doc.def, doc.id, new.as_ref(), &edits, &principal) {
                Ok(Some((trial, body))) => {
                    let new_hash = trial.hash.to_vec();
                    new = Some(trial.after.clone());
                    self.withdraw(entry, Fate::Rewritten(entry.hash.clone(), new_hash))?;
                    self.accept(Some(doc.clone()), waiting.clone(), trial, body, edits, principal.user_id)?;
                    waiting = self.pending(doc.id)?;
                    waiting.retain(|p| !rest.iter().any(|old| old.place == p.place));
                }
                Ok(None) => self.withdraw(entry, Fate::Acknowledged(entry.hash.clone()))?,
                Err(Error::Refused(problem)) => {
                    self.withdraw(entry, Fate::Refused(entry.hash.clone()))?;
                    also.push((entry.clone(), problem));
                }
                Err(error) => return Err(error),
            }
        }
        let pending = self.pending(doc.id)?;
        let (mine, theirs) = (old, self.current(&doc, &pending)?);
        if let Some(problem) = refused {
            self.attend(Some((&doc, mine.as_ref(), theirs.as_ref())), &lost, problem, None)?;
        }
        for (entry, problem) in also {
            self.attend(Some((&doc, mine.as_ref(), theirs.as_ref())), &[entry], &problem, None)?;
        }
        match theirs {
            Some(shown) => self.project(&mut doc, &shown, &pending, true),
            None if pending.is_empty() && !doc.confirmed => self.forget(&doc),
            None => Ok(()),
        }
    }

    /// Puts what was refused into Needs attention.
    fn attend(
        &mut self,
        record: Option<(&Doc, Option<&Working>, Option<&Working>)>,
        lost: &[Pending],
        problem: &Problem,
        command: Option<&str>,
    ) -> Result<()> {
        let Some(first) = lost.first() else { return Ok(()) };
        self.attention(&Refusal {
            kind: first.kind,
            id: first.doc,
            record,
            edits: lost.iter().flat_map(|entry| entry.edits.clone()).collect(),
            creates: first.creates,
            hashes: lost.iter().map(|entry| entry.hash.clone()).collect(),
            problem,
            command,
        })
    }

    /// Puts a refused command into Needs attention.
    pub(super) fn command_refused(&mut self, entry: &Pending, problem: &Problem) -> Result<()> {
        let doc = self.doc(entry.doc)?;
        let shown = match &doc {
            Some(doc) => self.current(doc, &self.pending(entry.doc)?)?,
            None => None,
        };
        let args = serde_json::from_slice::<serde_json::Value>(&entry.body).unwrap_or_default();
        let mut kept = entry.clone();
        // The arguments are kept as an edit of nothing, so that the command can be given again.
        kept.edits = vec![Edit::set("", args)];
        let record = doc.as_ref().map(|doc| (doc, shown.as_ref(), None));
        self.attend(record, &[kept], problem, entry.command.as_deref())
    }
}

/// Edits ready to be done on another base: a text is merged, so that what others wrote in the meantime stays.
fn carried_over(entry: &Pending, before: Option<&Working>, now: Option<&Working>) -> Vec<Edit> {
    let carry = |edit: &Edit| -> Edit {
        let EditOp::Text { value } = &edit.op else { return edit.clone() };
        let theirs = now.and_then(|now| now.shown.fields.get(&edit.field)?.as_str());
        let base = before.and_then(|before| text_then(before, &edit.field, entry));
        match (base, theirs) {
            (Some(base), Some(theirs)) if base != theirs => {
                Edit::text(&edit.field, merged_text(&base, value, theirs).unwrap_or_else(|| value.clone()))
            }
            _ => edit.clone(),
        }
    };
    entry.edits.iter().map(carry).collect()
}

/// A text as it stood when a change of it was made.
fn text_then(before: &Working, field: &str, entry: &Pending) -> Option<String> {
    let deps = guard::inspect(&entry.body).ok()?.change.deps().to_vec();
    let doc = before.doc.automerge().ok()?;
    let (_, text) = doc.get(&ROOT, field).ok()??;
    doc.text_at(&text, &deps).ok()
}

/// Merges two edits of one text by character.
fn merged_text(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let mut doc = AutoCommit::new().with_actor(ActorId::from([0; 16]));
    let text = doc.put_object(&ROOT, "text", ObjType::Text).ok()?;
    doc.update_text(&text, base).ok()?;
    let mut other = doc.fork().with_actor(ActorId::from([1; 16]));
    doc.update_text(&text, mine).ok()?;
    other.update_text(&text, theirs).ok()?;
    doc.merge(&mut other).ok()?;
    doc.text(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::merged_text;

    #[test]
    fn a_text_that_is_written_anew_keeps_what_others_wrote() {
        let merged = merged_text("one two", "one and two", "one two three").expect("merges");
        assert_eq!(merged, "one and two three");
    }
}
