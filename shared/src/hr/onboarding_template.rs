//! What is to be done when somebody begins: the tasks that an onboarding starts with.

use serde::{Deserialize, Serialize};

use crate::ats::JobType;
use crate::choice;
use crate::schema::{Entity, Item, Items, RichText};

choice! {
    /// What a task is about.
    pub enum TaskCategory {
        /// Papers.
        Documentation = "documentation",
        /// Accounts and devices.
        ItSetup = "it_setup",
        /// Learning.
        Training = "training",
        /// Meeting people.
        Introductions = "introductions",
        /// What the law or a rule asks for.
        Compliance = "compliance",
        /// What comes with the job.
        Benefits = "benefits",
        /// Anything else.
        Other = "other",
    }
}

choice! {
    /// Who sees to a task.
    pub enum TaskOwner {
        /// Who looks after people.
        Hr = "hr",
        /// Who they will work for.
        Manager = "manager",
        /// Who looks after accounts and devices.
        It = "it",
        /// Who begins.
        NewHire = "new_hire",
    }
}

/// A task of a template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct TemplateTask {
    /// What is to be done.
    #[field(required, max = 200)]
    pub title: String,
    /// How.
    #[field(max = 2000)]
    pub details: String,
    /// What it is about.
    pub category: TaskCategory,
    /// Who sees to it.
    pub owner: TaskOwner,
    /// Days from the first day until it is due; before it where this is below zero.
    #[field(min = -365, max = 730)]
    pub due_days: i64,
    /// Whether the onboarding is not over without it.
    pub required: bool,
}

/// What is to be done when somebody begins. Of those that fit who is hired the closest counts: that of the team and the
/// form of employment, of the team, of the form of employment, of everybody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "onboarding_templates", code = 16, title = "name")]
pub struct OnboardingTemplate {
    /// What it is called.
    #[field(required, max = 120, search)]
    pub name: String,
    /// For which form of employment only.
    pub employment: Option<JobType>,
    /// For which team only; empty for all.
    #[field(max = 100)]
    pub team: String,
    /// What to know about it.
    pub guide: RichText,
    /// The tasks, in order.
    #[field(items = 100)]
    pub tasks: Items<TemplateTask>,
}

/// A task to begin with, in the languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardTask {
    /// What is to be done, in English.
    pub en: &'static str,
    /// The same in French.
    pub fr: &'static str,
    category: TaskCategory,
    owner: TaskOwner,
    due_days: i64,
    required: bool,
}

const fn task(
    en: &'static str,
    fr: &'static str,
    category: TaskCategory,
    owner: TaskOwner,
    due_days: i64,
) -> StandardTask {
    // What papers and rules ask for has to be done; the rest is good to do.
    let required = matches!(category, TaskCategory::Documentation | TaskCategory::Compliance);
    StandardTask { en, fr, category, owner, due_days, required }
}

/// What a workspace starts with.
pub const STANDARD: &[StandardTask] = &[
    task(
        "File the signed contract",
        "Classer le contrat signé",
        TaskCategory::Documentation,
        TaskOwner::Hr,
        -10,
    ),
    task(
        "Check the right to work",
        "Vérifier l’autorisation de travail",
        TaskCategory::Compliance,
        TaskOwner::Hr,
        -10,
    ),
    task("Order a computer", "Commander un ordinateur", TaskCategory::ItSetup, TaskOwner::It, -7),
    task("Create the accounts", "Créer les comptes", TaskCategory::ItSetup, TaskOwner::It, -2),
    task(
        "Write what the first day looks like",
        "Écrire le déroulé du premier jour",
        TaskCategory::Introductions,
        TaskOwner::Manager,
        -3,
    ),
    task(
        "Give bank and tax details",
        "Transmettre les coordonnées bancaires et fiscales",
        TaskCategory::Documentation,
        TaskOwner::NewHire,
        3,
    ),
    task("Meet the team", "Rencontrer l’équipe", TaskCategory::Introductions, TaskOwner::Manager, 0),
    task(
        "Learn the rules of safety and data protection",
        "Suivre la formation sécurité et protection des données",
        TaskCategory::Compliance,
        TaskOwner::NewHire,
        14,
    ),
    task("Explain the benefits", "Présenter les avantages", TaskCategory::Benefits, TaskOwner::Hr, 14),
    task(
        "Talk about the first month",
        "Faire le point après un mois",
        TaskCategory::Training,
        TaskOwner::Manager,
        30,
    ),
];

/// The template that a workspace starts with, in its language.
#[must_use]
pub fn standard(language: &str) -> OnboardingTemplate {
    let is_french = language == "fr";
    let tasks = STANDARD.iter().enumerate().map(|(at, task)| crate::schema::Named {
        id: format!("t{at}"),
        item: TemplateTask {
            title: if is_french { task.fr } else { task.en }.to_owned(),
            details: String::new(),
            category: task.category,
            owner: task.owner,
            due_days: task.due_days,
            required: task.required,
        },
    });
    let name = if is_french { "Pour tout le monde" } else { "For everybody" };
    OnboardingTemplate { name: name.to_owned(), tasks: Items(tasks.collect()), ..Default::default() }
}
