// Règles d’une étape, rappels, et ce qui suit un déplacement, en français.

import type { flow as english } from "./flow.en";

export const flow: { [K in keyof typeof english]: string } = {
  "activity.advanced_by_answers": "La règle de l’étape a fait passer la candidature de {from} à {to} : aucune réponse n’exclut",
  "activity.advanced_by_scorecards": "La règle de l’étape a fait passer la candidature de {from} à {to} : toutes les évaluations recommandent de continuer",
  "board.near.one": "proche de son objectif de {count} jour",
  "board.near.other": "proche de son objectif de {count} jours",
  "stage_mail.goes_with": "Un e-mail accompagne l’étape {stage}.",
  "stage_mail.not_now": "Pas maintenant",
  "stage_mail.offered": "L’e-mail « {name} » accompagne l’étape {stage}. Rien n’a été envoyé.",
  "stage_mail.write": "Écrire à {name}",
  "stage_mail.write_many.one": "Écrire à {count} personne",
  "stage_mail.write_many.other": "Écrire à {count} personnes",
  "stage_rule.advance": "Avance d’elle-même",
  "stage_rule.advance_answers": "quand aucune réponse n’exclut",
  "stage_rule.advance_help": "Elle passe à l’étape suivante, une seule fois, et l’historique le dit. Aucune règle ne refuse qui que ce soit, ni ne mène à une offre ou une embauche.",
  "stage_rule.advance_never": "Jamais",
  "stage_rule.advance_nowhere": "L’étape suivante n’en est pas une où une candidature peut aller d’elle-même.",
  "stage_rule.advance_scorecards": "quand chaque évaluation due le recommande",
  "stage_rule.description": "Ce qui se passe à cette étape",
  "stage_rule.escalate": "Prévenir quelqu’un d’autre au-delà de",
  "stage_rule.escalate_to": "Qui est alors prévenu",
  "stage_rule.escalate_who": "Choisissez qui est prévenu.",
  "stage_rule.mail": "E-mail proposé à l’arrivée",
  "stage_rule.mail_none": "Aucun",
  "stage_rule.needs_target": "Dites d’abord combien de jours une étape peut durer.",
  "stage_rule.nobody": "Personne",
  "stage_rule.open": "Règles et description",
  "stage_rule.some": "A des règles",
  "stage_rule.warn": "Prévenir avant l’objectif, jours",
};
