//! What of people who work here is asked of the database.

use sqlx::types::Json;
use zumodra_shared::hr::{Employee, OnboardingTemplate};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use crate::db::TenantTx;
use crate::error::Result;

/// Templates that are looked at for a hire.
const MAX_TEMPLATES: i64 = 1_000;

/// The templates of onboardings, the oldest first.
pub async fn templates(tx: &mut TenantTx) -> Result<Vec<(RecordId, Json<Fields>)>> {
    let found = sqlx::query_as(
        "select doc, fields from records where kind = $1 and not deleted order by doc limit $2",
    )
    .bind(i32::from(OnboardingTemplate::DEF.code))
    .bind(MAX_TEMPLATES)
    .fetch_all(&mut **tx)
    .await?;
    Ok(found)
}

/// How many hires the highest number of an employee counts, deleted ones included: a number is never given twice.
pub async fn last_number(tx: &mut TenantTx) -> Result<i64> {
    let last = sqlx::query_scalar(
        "select coalesce(max(substring(fields->>'number' from '^EMP-[0-9]{6}-([0-9]{1,15})$')::bigint), 0)
         from records where kind = $1",
    )
    .bind(i32::from(Employee::DEF.code))
    .fetch_one(&mut **tx)
    .await?;
    Ok(last)
}
