//! Terms that are offered again and again.

use serde::{Deserialize, Serialize};

use super::rules::{currency_problem, read, text};
use super::{EquityKind, JobType, PayComponent, SalaryPeriod};
use crate::kernel::{Code, Problem};
use crate::schema::{Entity, Fields, Items, RichText, Set};

/// Terms that an offer begins with. Every term may be left open. In the texts, `{{first_name}}`, `{{last_name}}`, `{{job}}`,
/// `{{company}}` and `{{sender}}` stand for what they say; the window fills them in when an offer begins. Amounts are in
/// minor units of the currency.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "offer_templates", code = 24, title = "name")]
pub struct OfferTemplate {
    /// What it is called.
    #[field(required, max = 120)]
    pub name: String,
    /// The teams of jobs that it is for, whatever their case; none is all of them.
    #[field(items = 50)]
    pub teams: Set,
    /// The levels of jobs that it is for, by their wire names; none is all of them.
    #[field(items = 20)]
    pub levels: Set,
    /// The department or team, as the letter names it.
    #[field(max = 200)]
    pub department: String,
    /// The form of employment.
    pub employment: JobType,
    /// The time of work in a week, in minutes.
    #[field(min = 0, max = 10_080)]
    pub weekly_minutes: Option<i64>,
    /// The least salary that is offered by it.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub salary_min: Option<i64>,
    /// The highest salary that is offered by it.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub salary_max: Option<i64>,
    /// The currency of every amount, by its ISO 4217 code.
    #[field(max = 3)]
    pub currency: String,
    /// What the salary is per.
    pub period: SalaryPeriod,
    /// A bonus a year, if everything goes as planned.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub bonus: Option<i64>,
    /// A bonus for signing, once.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub signing_bonus: Option<i64>,
    /// A share of the company, in words.
    #[field(max = 500)]
    pub equity: String,
    /// What a share of the company is given as, if there is one.
    pub equity_kind: Option<EquityKind>,
    /// How many shares.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub equity_shares: Option<i64>,
    /// Months until all of them are the person's.
    #[field(min = 0, max = 240)]
    pub vesting_months: Option<i64>,
    /// Months before the first of them are.
    #[field(min = 0, max = 240)]
    pub cliff_months: Option<i64>,
    /// Parts of the pay beside salary and bonuses.
    #[field(items = 20)]
    pub components: Items<PayComponent>,
    /// Days off a year.
    #[field(min = 0, max = 366)]
    pub days_off: Option<i64>,
    /// Days that somebody has to answer, from the day on which the offer is written.
    #[field(min = 1, max = 366)]
    pub answer_days: Option<i64>,
    /// Whether the candidate is reminded once before the last day, if they have not answered.
    pub remind_candidate: bool,
    /// What else comes with it.
    #[field(max = 20_000)]
    pub benefits: RichText,
    /// On which conditions.
    #[field(max = 20_000)]
    pub conditions: RichText,
    /// What is written to the candidate.
    #[field(max = 20_000)]
    pub message: RichText,
}

/// Checks a template.
///
/// # Errors
/// [`Code::InvalidFields`] for amounts without a currency, or the wrong way round.
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    let amount = |name: &str| after.get(name).and_then(serde_json::Value::as_i64);
    let mut problem = Problem::new(Code::InvalidFields);
    if let (Some(least), Some(most)) = (amount("salary_min"), amount("salary_max"))
        && least > most
    {
        problem = problem.field("salary_max", "The highest pay is below the lowest.");
    }
    let of_components =
        read::<OfferTemplate>(after).is_some_and(|template| !template.components.0.is_empty());
    let has_amount = of_components
        || ["salary_min", "salary_max", "bonus", "signing_bonus"].iter().any(|name| amount(name).is_some());
    if let Some(message) = currency_problem(text(after, "currency"), has_amount) {
        problem = problem.field("currency", message);
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn amounts_have_a_currency_and_the_highest_is_not_below_the_lowest() {
        let wrong = |values: Value| {
            let checked = check(values.as_object().expect("fields"));
            checked
                .map_err(|problem| problem.fields.into_keys().collect::<Vec<_>>())
                .err()
                .unwrap_or_default()
        };
        assert!(wrong(json!({})).is_empty());
        assert!(wrong(json!({ "salary_min": 5, "salary_max": 5, "currency": "CAD" })).is_empty());
        assert_eq!(wrong(json!({ "bonus": 5 })), ["currency"]);
        let components = json!([{ "id": "a", "name": "Car", "amount": 5 }]);
        assert_eq!(wrong(json!({ "components": components })), ["currency"]);
        assert!(wrong(json!({ "components": components, "currency": "CAD" })).is_empty());
        assert_eq!(wrong(json!({ "currency": "cad" })), ["currency"]);
        assert_eq!(wrong(json!({ "salary_min": 6, "salary_max": 5, "currency": "CAD" })), ["salary_max"]);
    }
}
