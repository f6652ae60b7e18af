//! The SQL of letters, in the tenant's schema.

use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::access::{Action, Reach, Role, reach};
use zumodra_shared::accounts::Member;
use zumodra_shared::ats::{Candidate, Offer, OfferStatus, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, Fields};

use super::remind::Due;
use super::terms::Terms;

/// A letter.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Which one.
    pub id: RecordId,
    /// Of which offer.
    pub offer: RecordId,
    /// Of which version of it.
    pub version: i64,
    /// `en` or `fr`.
    pub language: String,
    /// What it says.
    pub terms: Json<Terms>,
    /// Who sent it.
    pub sent_by: RecordId,
    /// To which address, if to any.
    pub sent_to: String,
    /// When.
    pub sent_at: Millis,
    /// Where it stands.
    pub state: String,
    /// The file as it was sent.
    pub sent_hash: Option<String>,
    /// The sealed file.
    pub sealed_hash: Option<String>,
    /// When the candidate opened it first.
    pub opened_at: Option<Millis>,
    /// From which address.
    pub opened_from: Option<String>,
    /// The name that they signed with.
    pub signed_name: Option<String>,
    /// When they signed.
    pub signed_at: Option<Millis>,
    /// From which address.
    pub signed_from: Option<String>,
    /// With which browser.
    pub signed_agent: Option<String>,
}

/// Who signed, when and from where.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The name that was typed.
    pub name: String,
    /// When.
    pub at: Millis,
    /// From which address.
    pub from: String,
    /// With which browser.
    pub agent: String,
}

/// Takes a letter up that is to be written. A version that has one keeps it.
pub async fn insert(
    connection: &mut PgConnection,
    id: RecordId,
    (offer, version): (RecordId, i64),
    (sent_by, sent_to, sent_at): (RecordId, &str, Millis),
    language: &str,
    terms: &Terms,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into offer_letters
             (id, offer, version, language, terms, sent_by, sent_to, sent_at, state)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, 'to_write')
         on conflict on constraint one_letter_a_version do nothing",
    )
    .bind(id)
    .bind(offer)
    .bind(version)
    .bind(language)
    .bind(Json(terms))
    .bind(sent_by)
    .bind(sent_to)
    .bind(sent_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the letters of an offer that nobody can answer any more. Gives them.
pub async fn end(connection: &mut PgConnection, offer: RecordId) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "update offer_letters set state = 'over' where offer = $1 and state in ('to_write', 'out') returning id",
    )
    .bind(offer)
    .fetch_all(connection)
    .await
}

/// Has the letter of an accepted offer sealed, where the candidate signed it.
pub async fn to_seal(connection: &mut PgConnection, offer: RecordId, version: i64) -> sqlx::Result<()> {
    sqlx::query(
        "update offer_letters set state = 'to_seal'
         where offer = $1 and version = $2 and state = 'out' and signed_at is not null",
    )
    .bind(offer)
    .bind(version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a letter up whose file is to be made, for a while: two nodes that make it at once would make two files.
pub async fn claim(
    connection: &mut PgConnection,
    id: RecordId,
    now: Millis,
    until: Millis,
) -> sqlx::Result<Option<Row>> {
    sqlx::query_as(
        "update offer_letters set claimed_until = $3
         where id = $1 and state in ('to_write', 'to_seal') and claimed_until <= $2
         returning *",
    )
    .bind(id)
    .bind(now)
    .bind(until)
    .fetch_optional(connection)
    .await
}

/// Lets go of a letter whose file could not be made, if it is still ours.
pub async fn release(connection: &mut PgConnection, id: RecordId, until: Millis) -> sqlx::Result<()> {
    sqlx::query("update offer_letters set claimed_until = 0 where id = $1 and claimed_until = $2")
        .bind(id)
        .bind(until)
        .execute(connection)
        .await?;
    Ok(())
}

/// A letter by its id.
pub async fn one(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Row>> {
    sqlx::query_as("select * from offer_letters where id = $1").bind(id).fetch_optional(connection).await
}

/// The letters of an offer, the newest first.
pub async fn of_offer(connection: &mut PgConnection, offer: RecordId) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as("select * from offer_letters where offer = $1 order by version desc")
        .bind(offer)
        .fetch_all(connection)
        .await
}

/// A letter as it is shown beside what somebody applied for.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Which one.
    pub id: RecordId,
    /// Of which application.
    pub application: RecordId,
    /// What it says.
    pub terms: Terms,
    /// When it was sent.
    pub sent_at: Millis,
    /// Whether the candidate signed it.
    pub is_signed: bool,
    /// Whether it went to the address that is asked about. One that was handed over went to none.
    pub is_theirs: bool,
    /// Where the offer stands; none when it is gone or has another version by now.
    pub status: Option<OfferStatus>,
}

#[derive(sqlx::FromRow)]
struct SentRow {
    id: RecordId,
    terms: Json<Terms>,
    version: i64,
    sent_at: Millis,
    is_signed: bool,
    is_theirs: bool,
    offer: Option<Json<Fields>>,
}

/// The letters to some candidates that went out, the newest first.
pub async fn of_candidates(
    connection: &mut PgConnection,
    candidates: &[String],
    address: &str,
) -> sqlx::Result<Vec<Sent>> {
    let rows: Vec<SentRow> = sqlx::query_as(
        "select l.id, l.terms, l.version, l.sent_at, l.state in ('to_seal', 'sealed') as is_signed,
             lower(l.sent_to) = $2 as is_theirs, o.fields as offer
         from offer_letters l
         left join records o on o.doc = l.offer and not o.deleted
         where l.terms->'offer'->>'candidate_id' = any($1)
           and l.sent_hash is not null
         order by l.sent_at desc, l.id",
    )
    .bind(candidates)
    .bind(address)
    .fetch_all(connection)
    .await?;
    let sent = |row: SentRow| {
        let offer = row.offer.and_then(|fields| rules::read::<Offer>(&fields.0));
        let status = offer.filter(|offer| offer.version == row.version).map(|offer| offer.status);
        let SentRow { id, terms: Json(terms), sent_at, is_signed, is_theirs, .. } = row;
        Sent {
            id,
            application: terms.offer.application_id.record(),
            terms,
            sent_at,
            is_signed,
            is_theirs,
            status,
        }
    };
    Ok(rows.into_iter().map(sent).collect())
}

/// The letters whose file is to be made, those first that wait for longest.
pub async fn waiting(connection: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select id from offer_letters where state in ('to_write', 'to_seal') order by sent_at, id limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Takes up the letters that are out, were not reminded of and end soon: sent before `before`, with a last day among `days`.
pub(super) async fn reminded(
    connection: &mut PgConnection,
    now: Millis,
    (before, (first, last)): (Millis, (&str, &str)),
    limit: i64,
) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(
        "update offer_letters set reminded_at = $1
         where id in (
             select id from offer_letters
             where state = 'out' and reminded_at is null and signed_at is null and sent_to <> '' and sent_at <= $2
               and terms->'offer'->>'remind_candidate' = 'true'
               and terms->'offer'->>'expires_on' between $3 and $4
             order by id
             limit $5
         )
         and reminded_at is null
         returning id, language, sent_to, terms",
    )
    .bind(now)
    .bind(before)
    .bind(first)
    .bind(last)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Notes the file of a letter that was written. False when the letter waits for none.
pub async fn written(connection: &mut PgConnection, id: RecordId, hash: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update offer_letters set state = 'out', sent_hash = $2 where id = $1 and state = 'to_write'",
    )
    .bind(id)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes the sealed file of a letter. False when it was noted before.
pub async fn sealed(connection: &mut PgConnection, id: RecordId, hash: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update offer_letters set state = 'sealed', sealed_hash = $2 where id = $1 and state = 'to_seal'",
    )
    .bind(id)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a letter that nobody waits for.
pub async fn give_up(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<()> {
    sqlx::query("update offer_letters set state = 'over' where id = $1 and state = 'to_write'")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a candidate opened a letter for the first time.
pub async fn opened(connection: &mut PgConnection, id: RecordId, at: Millis, from: &str) -> sqlx::Result<()> {
    sqlx::query(
        "update offer_letters set opened_at = $2, opened_from = $3
         where id = $1 and state = 'out' and opened_at is null",
    )
    .bind(id)
    .bind(at)
    .bind(from)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes what a candidate signs with, before the offer is accepted. What was noted before and came to nothing gives way.
/// False when the letter cannot be signed any more.
pub async fn sign(connection: &mut PgConnection, id: RecordId, signed: &Signed) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update offer_letters set signed_name = $2, signed_at = $3, signed_from = $4, signed_agent = $5
         where id = $1 and state = 'out'",
    )
    .bind(id)
    .bind(&signed.name)
    .bind(signed.at)
    .bind(&signed.from)
    .bind(&signed.agent)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back what a candidate signed with, because the offer could not be accepted.
pub async fn unsign(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<()> {
    sqlx::query(
        "update offer_letters set signed_name = null, signed_at = null, signed_from = null, signed_agent = null
         where id = $1 and state in ('out', 'over')",
    )
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the letters to candidates who are forgotten. A letter that was signed is a contract, and stays.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(connection: &mut PgConnection, candidates: &[RecordId]) -> sqlx::Result<()> {
    let candidates: Vec<String> = candidates.iter().map(ToString::to_string).collect();
    sqlx::query(
        "delete from offer_letters
         where terms->'offer'->>'candidate_id' = any($1) and state not in ('to_seal', 'sealed')",
    )
    .bind(candidates)
    .execute(connection)
    .await?;
    Ok(())
}

/// The fields of an offer as it is now.
pub async fn offer(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Fields>> {
    fields(connection, Offer::DEF.code, id).await
}

/// The given and the family name of a candidate.
pub async fn candidate(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Fields>> {
    fields(connection, Candidate::DEF.code, id).await
}

/// A member, whether active or not.
pub async fn member(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Member>> {
    Ok(fields(connection, Member::DEF.code, id).await?.as_ref().and_then(rules::read))
}

/// Whom something is told of an offer that this member sent: the member while they are active and see offers, else the
/// first owner.
pub async fn reached(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Member>> {
    let sees = |role: &Role| reach(*role, Offer::DEF.name, Action::Read) != Reach::None;
    let hiring: Vec<&str> = Role::ALL.iter().filter(|role| sees(role)).map(|role| role.name()).collect();
    let found: Option<Json<Fields>> = sqlx::query_scalar(
        "select fields from records
         where kind = $2 and not deleted and fields->>'is_active' = 'true'
           and (doc = $1 and fields->>'role' = any($4) or fields->>'role' = $3)
         order by doc <> $1, doc
         limit 1",
    )
    .bind(id)
    .bind(i32::from(Member::DEF.code))
    .bind(Role::Owner.name())
    .bind(hiring)
    .fetch_optional(connection)
    .await?;
    Ok(found.and_then(|fields| rules::read(&fields.0)))
}

async fn fields(connection: &mut PgConnection, kind: u16, id: RecordId) -> sqlx::Result<Option<Fields>> {
    let found: Option<Json<Fields>> =
        sqlx::query_scalar("select fields from records where doc = $1 and kind = $2 and not deleted")
            .bind(id)
            .bind(i32::from(kind))
            .fetch_optional(connection)
            .await?;
    Ok(found.map(|fields| fields.0))
}
