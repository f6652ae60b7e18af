//! What there can be only one of: checked where everything that a workspace writes comes by, one after the other.
//!
//! Two desktops may each plan an interview with the same person, or in the same room, at the same time without a network.
//! What comes first is let in; the other comes back to its author, who still has it.

use zumodra_shared::access::Principal;
use zumodra_shared::ats::rules::Related as _;
use zumodra_shared::ats::tag::Twins;
use zumodra_shared::ats::{
    Application, Booked, CustomFieldKind, Deputies, Job, JobStatus, Offer, OfferStatus, Pipeline, StageKind,
    Tag, custom_field, offer_states, pool, rules, stage_of, tag,
};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, Entity as _, EntityDef, Fields};
use zumodra_shared::sync::judge::{Trial, Working};

use super::Batch;
use crate::error::Result;
use crate::sync::store;

/// What the server does once a change is let in.
pub(super) struct Follows {
    /// Offers whose application it ended.
    ended: Vec<RecordId>,
    /// Two tags that have one name by it.
    twins: Option<Twins>,
}

impl Batch<'_> {
    /// Refuses a record where there is one already, and an interview with somebody, or of somebody, whose time is taken.
    pub(super) async fn stands_alone(&mut self, trial: &Trial) -> Result<std::result::Result<(), Problem>> {
        let after = &trial.after;
        let was = trial.before.as_ref().filter(|before| !before.deleted).map(|before| &before.fields);
        if after.def.name == "applications" {
            if was.is_none()
                && !after.shown.deleted
                && let Err(problem) = self.is_only_application(after.id, &after.shown.fields).await?
            {
                return Ok(Err(problem));
            }
            return self.leaves_no_acceptance(trial).await;
        }
        if after.shown.deleted {
            return if was.is_some() { self.leaves_nothing_behind(after).await } else { Ok(Ok(())) };
        }
        match after.def.name {
            // What was kept of one that was deleted is not judged again when it comes back.
            "candidates" => {
                self.fits_own_fields(trial.before.as_ref().map(|before| &before.fields), &after.shown.fields)
                    .await
            }
            "custom_fields" if was.is_none() => self.has_own_key(after.id, &after.shown.fields).await,
            "interviews" => self.takes_free_time(after.id, was, &after.shown.fields).await,
            "offers" if counts(&after.shown.fields) && !was.is_some_and(counts) => {
                self.is_only_offer(after.id, &after.shown.fields).await
            }
            "pools" => self.has_own_name(after.id, was, &after.shown.fields).await,
            "scorecards" if was.is_none() => {
                self.is_only_one(after.id, after.created_by, &after.shown.fields).await
            }
            _ => Ok(Ok(())),
        }
    }

    /// A job that people can apply for, or applied for, is closed and not deleted, and a pipeline stays as long as something
    /// is in it: whoever deleted it may not have known yet.
    async fn leaves_nothing_behind(&mut self, deleted: &Working) -> Result<std::result::Result<(), Problem>> {
        let (kinds, field): (&[&EntityDef], _) = match deleted.def.name {
            "jobs" => (&[&Application::DEF], "job_id"),
            "pipelines" => (&[&Job::DEF, &Application::DEF], "pipeline_id"),
            _ => return Ok(Ok(())),
        };
        let status = JobStatus::from_name(rules::text(&deleted.shown.fields, "status"));
        let is_public = deleted.def.name == "jobs" && matches!(status, JobStatus::Open | JobStatus::OnHold);
        if is_public || self.is_named(kinds, field, deleted.id).await? {
            return Ok(Err(Problem::new(Code::WrongState)));
        }
        Ok(Ok(()))
    }

    /// Whether a record of some kinds, deleted ones left out, names another one in a field.
    async fn is_named(&mut self, kinds: &[&EntityDef], field: &str, id: RecordId) -> Result<bool> {
        let held: Vec<(RecordId, bool)> = self
            .workings()
            .filter(|held| kinds.iter().any(|kind| kind.name == held.def.name))
            .map(|held| {
                let names = rules::text(&held.shown.fields, field) == id.to_string();
                (held.id, names && !held.shown.deleted)
            })
            .collect();
        if held.iter().any(|(_, names)| *names) {
            return Ok(true);
        }
        let codes: Vec<i32> = kinds.iter().map(|kind| i32::from(kind.code)).collect();
        let held: Vec<RecordId> = held.into_iter().map(|(id, _)| id).collect();
        Ok(store::is_named(self.tx(), &codes, field, id, &held).await?)
    }

    /// What was given as a value of a field of the workspace's own is one. A value of a field that nobody knows here may
    /// be of one that another desktop made and that is still on its way.
    async fn fits_own_fields(
        &mut self,
        was: Option<&Fields>,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let given = custom_field::given(was, fields);
        if given.is_empty() {
            return Ok(Ok(()));
        }
        let keys: Vec<String> = given.iter().map(|(key, _)| (*key).to_owned()).collect();
        let stored = store::custom_fields(self.tx(), &keys).await?;
        let mut kinds: Vec<(String, CustomFieldKind)> =
            stored.iter().filter_map(|(_, fields)| named(&fields.0)).collect();
        let here = self.workings().filter(|held| held.def.name == "custom_fields");
        kinds.extend(here.filter_map(|held| named(&held.shown.fields)));
        let wrong = given
            .iter()
            .find(|(key, value)| kinds.iter().any(|(known, kind)| known == key && !kind.holds(value)));
        Ok(wrong.map_or(Ok(()), |(key, _)| {
            let message = format!("This is no value of {key}.");
            Err(Problem::new(Code::InvalidFields).field("custom", message))
        }))
    }

    /// One field has a key, deleted or not: what is kept of one that was deleted is not another one's.
    async fn has_own_key(
        &mut self,
        id: RecordId,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let key = rules::text(fields, "key").to_owned();
        let stored = store::custom_fields(self.tx(), std::slice::from_ref(&key)).await?;
        let there = stored.iter().any(|(other, _)| *other != id);
        let here = self.workings().any(|held| {
            held.def.name == "custom_fields" && held.id != id && rules::text(&held.shown.fields, "key") == key
        });
        let message = "Another field has this key.";
        Ok(if there || here { Err(Problem::new(Code::AlreadyExists).field("key", message)) } else { Ok(()) })
    }

    /// One pool has a name: asked when it is made, called otherwise, or put back.
    async fn has_own_name(
        &mut self,
        id: RecordId,
        was: Option<&Fields>,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let name = rules::text(fields, "name").to_owned();
        if was.is_some_and(|was| pool::is_same_name(rules::text(was, "name"), &name)) {
            return Ok(Ok(()));
        }
        let stored = store::pools_named(self.tx(), &name).await?;
        let there = stored.iter().any(|other| *other != id && self.working(*other).is_none());
        let here = self
            .workings()
            .filter(|held| held.def.name == "pools" && held.id != id && !held.shown.deleted)
            .any(|held| pool::is_same_name(rules::text(&held.shown.fields, "name"), &name));
        let message = "Another pool has this name.";
        Ok(if there || here { Err(Problem::new(Code::AlreadyExists).field("name", message)) } else { Ok(()) })
    }

    async fn takes_free_time(
        &mut self,
        id: RecordId,
        was: Option<&Fields>,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let Some(booked) = Booked::read(fields) else { return Ok(Ok(())) };
        if was.and_then(Booked::read).as_ref() == Some(&booked) {
            return Ok(Ok(()));
        }
        let stored = store::interviews_between(self.tx(), &booked).await?;
        let stored = stored.into_iter().filter(|(other, _)| self.working(*other).is_none());
        let mut others: Vec<(RecordId, Fields)> = stored.map(|(other, fields)| (other, fields.0)).collect();
        let here = self.workings().filter(|held| held.def.name == "interviews" && !held.shown.deleted);
        others.extend(here.map(|held| (held.id, held.shown.fields.clone())));
        let others: Vec<Booked> = others
            .iter()
            .filter(|(other, _)| *other != id)
            .filter_map(|(_, other)| Booked::read(other))
            .collect();
        let (field, message) = if others.iter().any(|other| !booked.clash(other).is_empty()) {
            ("starts_at", "Somebody has another interview at that time.")
        } else if others.iter().any(|other| booked.shares_room(other)) {
            ("room_id", "Another interview is in this room at that time.")
        } else {
            return Ok(Ok(()));
        };
        Ok(Err(Problem::new(Code::DoubleBooked).field(field, message)))
    }

    /// One offer an application, as long as something can come of it, and none for an application that is over.
    async fn is_only_offer(
        &mut self,
        id: RecordId,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let application = fields.get("application_id").and_then(|id| id.as_str()).unwrap_or_default();
        let others = self.offers_of(application).await?;
        if others.iter().any(|(other, status)| *other != id && status.counts()) {
            return Ok(Err(Problem::new(Code::AlreadyExists)));
        }
        let (_, stage, _) = self.stage_of_offer(fields).await?;
        Ok(if stage.is_closed() { Err(Problem::new(Code::ApplicationIsOver)) } else { Ok(()) })
    }

    /// One application of somebody for a job, as long as it is not over: two desktops may each have made one.
    async fn is_only_application(
        &mut self,
        id: RecordId,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let same = |other: &Fields| {
            ["candidate_id", "job_id"]
                .iter()
                .all(|name| rules::text(other, name) == rules::text(fields, name))
        };
        let candidate = rules::text(fields, "candidate_id");
        let stored = store::applications_of(self.tx(), candidate, rules::text(fields, "job_id")).await?;
        let stored = stored.into_iter().filter(|(other, _)| self.working(*other).is_none());
        let mut others: Vec<Fields> =
            stored.filter(|(other, _)| *other != id).map(|(_, fields)| fields.0).collect();
        let here = self.workings().filter(|held| {
            held.def.name == "applications"
                && held.id != id
                && !held.shown.deleted
                && same(&held.shown.fields)
        });
        others.extend(here.map(|held| held.shown.fields.clone()));
        for other in others {
            let pipeline = rules::text(&other, "pipeline_id").parse().unwrap_or_default();
            let pipeline = self.shown(pipeline).await?.map(|(_, shown)| shown.fields).unwrap_or_default();
            if !stage_of(&other, &pipeline).is_closed() {
                let message = "There is an application for this job already.";
                return Ok(Err(Problem::new(Code::AlreadyExists).field("job_id", message)));
            }
        }
        Ok(Ok(()))
    }

    /// Nobody is turned down who has accepted an offer.
    async fn leaves_no_acceptance(&mut self, trial: &Trial) -> Result<std::result::Result<(), Problem>> {
        if !self.ends(trial, |kind| matches!(kind, StageKind::Rejected | StageKind::Withdrawn)) {
            return Ok(Ok(()));
        }
        let offers = self.offers_of(&trial.after.id.to_string()).await?;
        let accepted = offers.iter().any(|(_, status)| *status == OfferStatus::Accepted);
        Ok(if accepted { Err(Problem::new(Code::OfferAccepted)) } else { Ok(()) })
    }

    /// Whether a change brings an application into a stage of such a kind.
    fn ends(&self, trial: &Trial, over: impl Fn(StageKind) -> bool) -> bool {
        let fields = &trial.after.shown.fields;
        let stage = |fields: &Fields| {
            let pipeline = rules::text(fields, "pipeline_id").parse().ok();
            let pipeline = pipeline.and_then(|id| self.fields("pipelines", id));
            pipeline.map_or(StageKind::Unknown, |pipeline| stage_of(fields, pipeline))
        };
        over(stage(fields)) && !trial.before.as_ref().is_some_and(|before| over(stage(&before.fields)))
    }

    /// What the server does once a change is let in.
    pub(super) async fn what_follows(&mut self, trial: &Trial) -> Result<Follows> {
        Ok(Follows { ended: self.ended_by(trial).await?, twins: self.twins_of(trial).await? })
    }

    /// Does what follows from a change that was let in.
    pub(super) async fn carry_on(&mut self, follows: &Follows, server: &Principal) -> Result<()> {
        self.call_off(&follows.ended, server).await?;
        if let Some(Twins { goes, stays }) = follows.twins {
            let into = [Edit::set(tag::INTO, stays.to_string())];
            if let Err(problem) = Box::pin(self.edit(&Tag::DEF, goes, &into, false, server)).await? {
                tracing::error!(%goes, %problem, "two tags of one name could not be merged");
            }
        }
        Ok(())
    }

    /// The tag that has the name under which another one comes to be shown: two desktops may each have made one, and people
    /// have either. Neither is refused for it; the two are one from here on.
    async fn twins_of(&mut self, trial: &Trial) -> Result<Option<Twins>> {
        let (id, shown) = (trial.after.id, &trial.after.shown);
        if trial.after.def.name != Tag::NAME || !tag::is_shown(&shown.fields, shown.deleted) {
            return Ok(None);
        }
        let name = rules::text(&shown.fields, "name");
        let was = trial.before.as_ref().filter(|was| tag::is_shown(&was.fields, was.deleted));
        if was.is_some_and(|was| tag::is_same_name(rules::text(&was.fields, "name"), name)) {
            return Ok(None);
        }
        let stored = store::tags(self.tx()).await?;
        let stored = stored.iter().filter(|(other, _)| self.working(*other).is_none());
        let stored = stored.map(|(other, fields)| (*other, rules::text(&fields.0, "name")));
        let here = self
            .workings()
            .filter(|held| {
                held.def.name == Tag::NAME && tag::is_shown(&held.shown.fields, held.shown.deleted)
            })
            .map(|held| (held.id, rules::text(&held.shown.fields, "name")));
        Ok(tag::twins(id, name, stored.chain(here)))
    }

    /// The open offers of an application that a change ends.
    async fn ended_by(&mut self, trial: &Trial) -> Result<Vec<RecordId>> {
        if trial.after.def.name != "applications" || !self.ends(trial, StageKind::is_closed) {
            return Ok(Vec::new());
        }
        let offers = self.offers_of(&trial.after.id.to_string()).await?;
        Ok(offers.into_iter().filter(|(_, status)| status.is_open()).map(|(id, _)| id).collect())
    }

    /// Calls offers off whose application is over.
    async fn call_off(&mut self, offers: &[RecordId], server: &Principal) -> Result<()> {
        let edits = offer_states::called_off(self.now());
        for id in offers {
            if let Err(problem) = Box::pin(self.edit(&Offer::DEF, *id, &edits, false, server)).await? {
                tracing::error!(%id, %problem, "an offer could not be called off");
            }
        }
        Ok(())
    }

    /// The workspace's rules of approval.
    pub async fn approval_rules(&mut self) -> Result<Vec<Fields>> {
        let stored = store::approval_rules(self.tx()).await?;
        let stored = stored.into_iter().filter(|(id, _)| self.working(*id).is_none());
        let mut rules: Vec<Fields> = stored.map(|(_, fields)| fields.0).collect();
        let here = self.workings().filter(|held| held.def.name == "approval_rules" && !held.shown.deleted);
        rules.extend(here.map(|held| held.shown.fields.clone()));
        Ok(rules)
    }

    /// Who stands in for whom now.
    pub async fn deputies(&mut self) -> Result<Deputies> {
        let stored = store::hours_with_deputies(self.tx()).await?;
        let stored = stored.iter().filter(|(id, ..)| self.working(*id).is_none());
        let stored = stored.map(|(id, created_at, fields)| (*id, *created_at, &fields.0));
        let here = self.slots.values().filter_map(|slot| Some((slot.created.0, slot.working.as_ref()?)));
        let here = here.filter(|(_, held)| held.def.name == "working_hours" && !held.shown.deleted);
        let here = here.map(|(created_at, held)| (held.id, created_at, &held.shown.fields));
        Ok(Deputies::at(stored.chain(here), self.now()))
    }

    /// Who made a record that was looked at.
    pub fn author_of(&self, id: RecordId) -> Option<RecordId> {
        self.working(id).map(|held| held.created_by)
    }

    /// The offers of an application, deleted ones left out, with where each stands.
    async fn offers_of(&mut self, application: &str) -> Result<Vec<(RecordId, OfferStatus)>> {
        let status = |fields: &Fields| OfferStatus::from_name(rules::text(fields, "status"));
        let stored = store::offers_of(self.tx(), application).await?;
        let stored = stored.into_iter().filter(|(id, _)| self.working(*id).is_none());
        let mut offers: Vec<_> = stored.map(|(id, fields)| (id, status(&fields.0))).collect();
        let here = self.workings().filter(|held| {
            held.def.name == "offers"
                && !held.shown.deleted
                && rules::text(&held.shown.fields, "application_id") == application
        });
        offers.extend(here.map(|held| (held.id, status(&held.shown.fields))));
        Ok(offers)
    }

    /// The application that an offer is for, what its stage means, and the stage of who is hired.
    pub async fn stage_of_offer(&mut self, offer: &Fields) -> Result<(RecordId, StageKind, Option<String>)> {
        let id = |name: &str| rules::text(offer, name).parse::<RecordId>().unwrap_or_default();
        let (application, pipeline) = (id("application_id"), id("pipeline_id"));
        let pipeline = self.shown(pipeline).await?.map(|(_, shown)| shown.fields).unwrap_or_default();
        let Some((_, shown)) = self.shown(application).await? else {
            return Ok((application, StageKind::Unknown, None));
        };
        let stages = rules::read::<Pipeline>(&pipeline).unwrap_or_default().stages.0;
        let hired = stages.into_iter().find(|stage| stage.item.kind == StageKind::Hired);
        let stage = stage_of(&shown.fields, &pipeline);
        // A deleted application is one that nothing is offered for.
        let stage = if shown.deleted { StageKind::Withdrawn } else { stage };
        Ok((application, stage, hired.map(|stage| stage.id)))
    }

    /// One scorecard an interviewer, application and stage, and one draft of it.
    async fn is_only_one(
        &mut self,
        id: RecordId,
        author: RecordId,
        fields: &Fields,
    ) -> Result<std::result::Result<(), Problem>> {
        let same = |other: &Fields| {
            ["application_id", "stage_id", "is_draft"]
                .iter()
                .all(|name| other.get(*name) == fields.get(*name))
        };
        let application = fields.get("application_id").and_then(|id| id.as_str()).unwrap_or_default();
        let stored = store::scorecards_of(self.tx(), application, author).await?;
        let stored = stored
            .iter()
            .filter(|(other, _)| *other != id && self.working(*other).is_none())
            .any(|(_, other)| same(&other.0));
        let here = self
            .workings()
            .filter(|held| held.def.name == "scorecards" && !held.shown.deleted && held.created_by == author)
            .any(|held| held.id != id && same(&held.shown.fields));
        Ok(if stored || here { Err(Problem::new(Code::AlreadyExists)) } else { Ok(()) })
    }
}

/// The key of a field of the workspace's own, and its type.
fn named(field: &Fields) -> Option<(String, CustomFieldKind)> {
    let kind = CustomFieldKind::from_name(rules::text(field, "kind"));
    Some((rules::text(field, "key").to_owned(), kind)).filter(|(key, _)| !key.is_empty())
}

/// Whether an offer with these fields leaves no room for another one.
fn counts(offer: &Fields) -> bool {
    OfferStatus::from_name(rules::text(offer, "status")).counts()
}
