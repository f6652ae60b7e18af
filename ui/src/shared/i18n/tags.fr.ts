// The screen of tags, in French.

import type { tags as english } from "./tags.en";

export const tags: { [K in keyof typeof english]: string } = {
  "tags.also": "Vaut aussi pour :",
  "tags.color_nth": "Couleur {n}",
  "tags.delete": "Supprimer {tag}",
  "tags.deleted": "Étiquette {tag} supprimée",
  "tags.edit": "Modifier l’étiquette {tag}",
  "tags.empty": "Aucune étiquette pour l’instant. On en crée une en la posant sur quelqu’un, ou ici.",
  "tags.into": "Laquelle vaut pour les deux ?",
  "tags.merge": "Fusionner {tag} avec une autre",
  "tags.merge_into": "Fusionner les deux en {into}",
  "tags.merged": "Qui a {tag} a désormais {into}",
  "tags.more.one": "{count} autre : cherchez-la",
  "tags.more.other": "{count} autres : cherchez-les",
  "tags.name_needed": "Il faut un nom.",
  "tags.name_taken": "Une autre étiquette porte ce nom.",
  "tags.new": "Nouvelle étiquette",
  "tags.part": "Rendre {tag} à elle-même",
  "tags.parted": "L’étiquette {tag} vaut de nouveau pour elle-même",
  "tags.saved": "Étiquette {tag} enregistrée",
  "tags.search": "Chercher une étiquette",
  "tags.show": "Montrer qui a {tag} : {people}",
  "tags.text": "Une étiquette renommée l’est pour tous ceux qui l’ont. Deux étiquettes de même sens peuvent n’en faire qu’une, puis être séparées.",
  "tags.title": "Étiquettes",
};
