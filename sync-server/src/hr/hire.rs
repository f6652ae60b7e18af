//! What an accepted offer begins, in the transaction of the acceptance: the employee, the contract, the onboarding.

use zumodra_shared::access::Principal;
use zumodra_shared::ats::rules::{read, text};
use zumodra_shared::hr::{Employee, Hire, OnboardingTemplate, begin, closest, number, number_of};
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Entity as _, Fields};

use super::store;
use crate::error::Result;
use crate::sync::Batch;

/// Makes what a hire begins. The server is its author: who noted the acceptance need not see any of it.
///
/// # Errors
/// The first refusal inside: then nothing of the acceptance may stay. A failure of the database outside.
pub async fn hire(
    batch: &mut Batch<'_>,
    offer_id: RecordId,
    offer: &Fields,
    tenant: RecordId,
) -> Result<std::result::Result<(), Problem>> {
    let job = related(batch, offer, "job_id").await?;
    let candidate = related(batch, offer, "candidate_id").await?;
    let templates: Vec<(RecordId, OnboardingTemplate)> = store::templates(batch.tx())
        .await?
        .into_iter()
        .filter_map(|(id, fields)| Some((id, read(&fields.0)?)))
        .collect();
    let number = next_number(batch).await?;
    let template = closest(&templates, offer, &job);
    let hire = Hire { offer_id, offer, job: &job, candidate: &candidate, template, number: &number };
    let server = Principal::server(tenant);
    for begun in begin(&hire) {
        let edits = edits_for(begun.def, &begun.fields);
        if let Err(problem) = batch.edit(begun.def, begun.id, &edits, true, &server).await? {
            return Ok(Err(problem));
        }
    }
    Ok(Ok(()))
}

async fn related(batch: &mut Batch<'_>, offer: &Fields, field: &str) -> Result<Fields> {
    let Ok(id) = text(offer, field).parse() else { return Ok(Fields::new()) };
    Ok(batch.shown(id).await?.map(|(_, shown)| shown.fields).unwrap_or_default())
}

/// The next employee's number, those of this batch counted.
async fn next_number(batch: &mut Batch<'_>) -> Result<String> {
    let stored = store::last_number(batch.tx()).await?;
    let here = batch.fields_of(Employee::DEF.name).filter_map(|employee| number_of(text(employee, "number")));
    let last = here.max().unwrap_or_default().max(stored);
    Ok(number(batch.now(), last.saturating_add(1)))
}
