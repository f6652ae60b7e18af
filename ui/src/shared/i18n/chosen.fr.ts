// What is done with many candidates at once, in French.

import type { chosen as english } from "./chosen.en";

export const chosen: { [K in keyof typeof english]: string } = {
  "chosen.added.one": "{count} personne a été ajoutée à {job}.",
  "chosen.added.other": "{count} personnes ont été ajoutées à {job}.",
  "chosen.all": "Tout sélectionner",
  "chosen.applied": "Ont déjà postulé : {names}.",
  "chosen.have_it.one": "{count} l’a",
  "chosen.have_it.other": "{count} l’ont",
  "chosen.label": "Candidats sélectionnés",
  "chosen.more.one": "{count} autre",
  "chosen.more.other": "{count} autres",
  "chosen.nobody_added": "Personne n’a été ajouté à {job}.",
  "chosen.running.one": "{done} personne sur {total}",
  "chosen.running.other": "{done} personnes sur {total}",
  "chosen.tag_add": "Ajouter",
  "chosen.tag_remove": "Retirer",
  "chosen.tagged.one": "{count} personne porte maintenant l’étiquette {tag}",
  "chosen.tagged.other": "{count} personnes portent maintenant l’étiquette {tag}",
  "chosen.tags": "Étiquettes",
  "chosen.untagged.one": "{count} personne ne porte plus l’étiquette {tag}",
  "chosen.untagged.other": "{count} personnes ne portent plus l’étiquette {tag}",
};
