// One e-mail to several candidates, in English.

export const bulkMail = {
  "bulk_mail.asked.one": "The e-mail is on its way",
  "bulk_mail.asked.other": "{count} e-mails are on their way",
  "bulk_mail.asked_offline.one": "The e-mail goes out when the server is reached",
  "bulk_mail.asked_offline.other": "{count} e-mails go out when the server is reached",
  "bulk_mail.left.one": "{count} person gets nothing",
  "bulk_mail.left.other": "{count} people get nothing",
  "bulk_mail.left_empty": "nothing stands for {which}",
  "bulk_mail.left_more.one": "and {count} more",
  "bulk_mail.left_more.other": "and {count} more",
  "bulk_mail.left_no_address": "no e-mail address",
  "bulk_mail.left_same_address": "somebody else has the same address",
  "bulk_mail.next": "Next person",
  "bulk_mail.placeholders": "You can write {which}. Each e-mail says what they stand for.",
  "bulk_mail.preview": "What it looks like",
  "bulk_mail.preview_for": "{name}, {address}",
  "bulk_mail.send.one": "Send {count} e-mail",
  "bulk_mail.send.other": "Send {count} e-mails",
  "bulk_mail.title.one": "E-mail to {count} candidate",
  "bulk_mail.title.other": "E-mail to {count} candidates",
  "bulk_mail.write": "Write",
};
