// The equal-opportunity survey, in French.

import type { survey as english } from "./survey.en";

export const survey: { [K in keyof typeof english]: string } = {
  "survey.all_jobs": "Tous les postes",
  "survey.ca": "Canada : Loi sur l’équité en matière d’emploi",
  "survey.fewer": "moins de {count}",
  "survey.form": "Questions",
  "survey.form_help": "Proposées sur la page qui suit une candidature. Y répondre est facultatif, et les réponses sont conservées à part : personne ne voit ce que quelqu’un a répondu.",
  "survey.is_off": "Les questions ne sont plus posées aux candidats",
  "survey.is_on": "Les questions sont désormais posées aux candidats",
  "survey.job": "Poste",
  "survey.last_year": "12 derniers mois",
  "survey.months": "De {from} à {to}. Le mois en cours est compté une fois terminé.",
  "survey.none": "Aucune",
  "survey.period": "Période",
  "survey.text": "Qui postule, en nombres : pour les rapports que demande la loi.",
  "survey.title": "Égalité des chances",
  "survey.total": "Toutes les réponses",
  "survey.us": "États-Unis : EEO-1, anciens combattants, handicap",
  "survey.why_hidden": "Les nombres inférieurs à {count} ne sont pas donnés, et un autre est masqué avec eux, afin qu’aucun ne puisse être calculé.",
  "survey.withheld": "masqué",
};
