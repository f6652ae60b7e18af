//! The SQL of the survey, in the tenant's schema: counts, and which keys were used.

use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;

use super::half_year::HalfYear;

/// Uses a key up. Says whether it was not used before.
pub async fn take(connection: &mut PgConnection, id: RecordId, until: &str) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "insert into survey_keys
             (id, until)
         values
             ($1, $2)
         on conflict (id) do nothing",
    )
    .bind(id)
    .bind(until)
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Whether a key was used.
pub async fn is_taken(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from survey_keys where id = $1)")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// Counts an answer.
pub async fn count(
    connection: &mut PgConnection,
    (form, half_year): (&str, HalfYear),
    (question, choice): (&str, &str),
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into survey_sums
             (form, half_year, question, choice, answers)
         values
             ($1, $2, $3, $4, 1)
         on conflict (form, half_year, question, choice) do update set
             answers = survey_sums.answers + 1",
    )
    .bind(form)
    .bind(half_year.to_string())
    .bind(question)
    .bind(choice)
    .execute(connection)
    .await?;
    Ok(())
}

/// How often an answer was given.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Counted {
    /// The question.
    pub question: String,
    /// The answer.
    pub choice: String,
    /// How often.
    pub answers: i64,
}

/// The sums of a form over a half-year.
pub async fn sums(
    connection: &mut PgConnection,
    form: &str,
    half_year: HalfYear,
) -> sqlx::Result<Vec<Counted>> {
    sqlx::query_as(
        "select question, choice, answers
         from survey_sums
         where form = $1
           and half_year = $2",
    )
    .bind(form)
    .bind(half_year.to_string())
    .fetch_all(connection)
    .await
}

/// Forgets keys that do not work any more.
pub async fn sweep(connection: &mut PgConnection, month: &str) -> sqlx::Result<()> {
    sqlx::query("delete from survey_keys where until < $1").bind(month).execute(connection).await?;
    Ok(())
}
