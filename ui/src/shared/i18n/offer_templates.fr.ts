// Templates of offers, in French.

import type { offerTemplates as english } from "./offer_templates.en";

export const offerTemplates: { [key in keyof typeof english]: string } = {
  "field.answer_days": "Jours pour répondre",
  "kind.offer_templates": "Modèle d’offre",
  "offer_template.answer_days": "Jours pour répondre",
  "offer_template.begin": "Partir d’un modèle",
  "offer_template.begin_help": "Reprend ce que dit le modèle ; tout peut être changé ensuite.",
  "offer_template.empty_text": "Un modèle garde des conditions que vous offrez souvent : le salaire d’un niveau, les avantages, les clauses. Une offre peut en partir.",
  "offer_template.empty_title": "Pas encore de modèle d’offre",
  "offer_template.new": "Nouveau modèle d’offre",
  "offer_template.none": "Sans modèle",
  "offer_template.outside": "Le salaire est hors de ce que permet {name} : {band}.",
  "offer_template.placeholders": "Les textes peuvent contenir {which}. L’offre les remplit.",
  "offer_template.salary_max": "Salaire le plus haut",
  "offer_template.salary_min": "Salaire le plus bas",
  "offer_template.short": "Modèles d’offres",
  "offer_template.title": "Modèles d’offre",
};
