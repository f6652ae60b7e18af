// Who works on which applications, in French.

import type { work as english } from "./work.en";

export const work: { [K in keyof typeof english]: string } = {
  "assign.clear": "Personne",
  "assign.cleared": "Plus personne ne s’occupe de {name}",
  "assign.cleared_many.one": "Plus personne ne s’occupe de {count} candidature",
  "assign.cleared_many.other": "Plus personne ne s’occupe de {count} candidatures",
  "assign.done": "{who} s’occupe de {name}",
  "assign.done_many.one": "{who} s’occupe de {count} candidature",
  "assign.done_many.other": "{who} s’occupe de {count} candidatures",
  "assign.me": "Moi",
  "assign.open": "Confier",
  "assign.placeholder": "Qui s’en occupe ?",
  "assign.title": "Confier la candidature de {name}",
  "assign.title_many.one": "Confier {count} candidature",
  "assign.title_many.other": "Confier {count} candidatures",
  "assign.to": "Confiée à {who}",
  "keys.assign": "Confier",
  "keys.assign_me": "Me la confier",
};
