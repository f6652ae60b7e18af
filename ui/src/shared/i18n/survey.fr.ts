// The equal-opportunity survey, in French.

import type { survey as english } from "./survey.en";

export const survey: { [K in keyof typeof english]: string } = {
  "survey.ca": "Canada : Loi sur l’équité en matière d’emploi",
  "survey.fewer": "moins de {count}",
  "survey.first_half": "De janvier à juin {year}",
  "survey.form": "Questions",
  "survey.form_help": "Proposées sur la page qui suit une candidature. Y répondre est facultatif, et les réponses sont conservées à part : personne ne voit ce que quelqu’un a répondu.",
  "survey.is_off": "Les questions ne sont plus posées aux candidats",
  "survey.is_on": "Les questions sont désormais posées aux candidats",
  "survey.none": "Aucune",
  "survey.period": "Période",
  "survey.period_help": "Des semestres écoulés, tous postes confondus. Les nombres d’un seul poste ou d’un seul mois ne sont pas donnés : leur différence donnerait ce qu’une personne a répondu.",
  "survey.second_half": "De juillet à décembre {year}",
  "survey.text": "Qui postule, en nombres : pour les rapports que demande la loi.",
  "survey.title": "Égalité des chances",
  "survey.total": "Toutes les réponses",
  "survey.us": "États-Unis : EEO-1, anciens combattants, handicap",
  "survey.why_hidden": "Les nombres inférieurs à {count} ne sont pas donnés, et un autre est masqué avec eux, afin qu’aucun ne puisse être calculé.",
  "survey.withheld": "masqué",
};
