// One e-mail to several candidates, in French.

import type { bulkMail as english } from "./bulk_mail.en";

export const bulkMail: { [key in keyof typeof english]: string } = {
  "bulk_mail.asked.one": "L’e-mail est en route",
  "bulk_mail.asked.other": "{count} e-mails sont en route",
  "bulk_mail.asked_offline.one": "L’e-mail partira dès que le serveur est joint",
  "bulk_mail.asked_offline.other": "{count} e-mails partiront dès que le serveur est joint",
  "bulk_mail.left.one": "{count} personne ne reçoit rien",
  "bulk_mail.left.other": "{count} personnes ne reçoivent rien",
  "bulk_mail.left_empty": "rien ne remplace {which}",
  "bulk_mail.left_gone": "n’est plus là",
  "bulk_mail.left_more.one": "et {count} de plus",
  "bulk_mail.left_more.other": "et {count} de plus",
  "bulk_mail.left_no_address": "pas d’adresse e-mail",
  "bulk_mail.left_same_address": "quelqu’un d’autre a la même adresse",
  "bulk_mail.next": "Personne suivante",
  "bulk_mail.placeholders": "Vous pouvez écrire {which}. Chaque e-mail dit ce que cela représente.",
  "bulk_mail.preview": "Aperçu",
  "bulk_mail.preview_for": "{name}, {address}",
  "bulk_mail.send.one": "Envoyer {count} e-mail",
  "bulk_mail.send.other": "Envoyer {count} e-mails",
  "bulk_mail.somebody": "Quelqu’un",
  "bulk_mail.title.one": "E-mail à {count} candidat",
  "bulk_mail.title.other": "E-mail à {count} candidats",
  "bulk_mail.write": "Écrire",
};
