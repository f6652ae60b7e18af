// Effacer quelqu'un pour de bon, en français.

import type { privacy as english } from "./privacy.en";

export const privacy: { [key in keyof typeof english]: string } = {
  "erase.button": "Effacer pour de bon…",
  "erase.confirm": "Écrivez {name} pour confirmer",
  "erase.done.one": "Effacé. Un ordinateur ne l’a pas encore confirmé.",
  "erase.done.other": "Effacé. {count} ordinateurs ne l’ont pas encore confirmé.",
  "erase.everywhere": "Effacé partout",
  "erase.needs_server": "Il faut le serveur : réessayez une fois en ligne.",
  "erase.submit": "Effacer pour de bon",
  "erase.text": "Le candidat, tout ce qui le concerne et les fiches fusionnées avec la sienne quittent le serveur et chaque ordinateur : coordonnées, candidatures, notes, e-mails, évaluations, offres et fichiers. C’est sans retour.",
  "erase.title": "Effacer {name} pour de bon ?",
  "erase.what": "Ce que la loi permet de demander : tout ce qui concerne une personne, partout, sans retour.",
  "erasures.asked": "Demande son effacement",
  "erasures.asked_on": "demandé {when}, une réponse est due sous un mois",
  "erasures.by": "par {name}, {when}",
  "erasures.confirmed": "confirmé par chaque ordinateur",
  "erasures.files.one": "{count} fichier",
  "erasures.files.other": "{count} fichiers",
  "erasures.none": "Personne n’a rien demandé, et personne n’a encore été effacé.",
  "erasures.open": "Voir {name}",
  "erasures.records.one": "{count} fiche",
  "erasures.records.other": "{count} fiches",
  "erasures.show": "Afficher",
  "erasures.text": "Qui a demandé son effacement, et sur quels ordinateurs c’est fait. Un ordinateur éteint le fait à son retour.",
  "erasures.title": "Effacements",
  "erasures.waiting.one": "Un ordinateur n’a pas encore confirmé",
  "erasures.waiting.other": "{count} ordinateurs n’ont pas encore confirmé",
  "erasures.waiting_unknown": "Un ordinateur qui n’a pas été vu depuis six mois",
  "erasures.waiting_device": "{device} de {name}, vu {when}",
};
