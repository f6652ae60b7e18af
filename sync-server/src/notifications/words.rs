//! Every text of the mails, in the two languages of the product.

use zumodra_shared::access::Role;
use zumodra_shared::kernel::time::{Millis, rfc3339};

use crate::careers::{MONTHS_EN, MONTHS_FR};

macro_rules! words {
    ($($name:ident $en:literal $fr:literal;)*) => {
        /// The texts in one language. What stands in braces is filled in.
        #[derive(Debug)]
        pub struct Words {
            /// The tag of the language.
            pub tag: &'static str,
            months: [&'static str; 12],
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static EN: Words = Words { tag: "en", months: MONTHS_EN, $($name: $en,)* };
        static FR: Words = Words { tag: "fr", months: MONTHS_FR, $($name: $fr,)* };
    };
}

words! {
    hello "Hello {name}," "Bonjour {name},";
    hello_you "Hello," "Bonjour,";
    sent_by "Sent by Zumodra for {workspace}." "Envoyé par Zumodra pour {workspace}.";

    invitation_subject "{inviter} invites you to {workspace}" "{inviter} vous invite à rejoindre {workspace}";
    invitation_subject_plain "You are invited to {workspace}" "Invitation à rejoindre {workspace}";
    invitation_text "{inviter} invites you to join {workspace} on Zumodra as {role}." "{inviter} vous invite à rejoindre {workspace} sur Zumodra comme {role}.";
    invitation_text_plain "You are invited to join {workspace} on Zumodra as {role}." "Une invitation à rejoindre {workspace} sur Zumodra comme {role} vous attend.";
    invitation_next "Follow the link to accept. It works once, until {day}." "Suivez le lien pour accepter. Il fonctionne une seule fois, jusqu'au {day}.";
    invitation_button "Accept the invitation" "Accepter l'invitation";
    invitation_why "If you did not expect this invitation, ignore this message: nothing happens." "Si vous n'attendiez pas cette invitation, ignorez ce message : rien ne se passera.";

    received_subject "We have your application: {job}" "Nous avons bien reçu votre candidature : {job}";
    received_text "Thank you for applying for the job “{job}” at {workspace}. Your application has arrived, and the people who look after this job will read it." "Merci d'avoir postulé à l'offre « {job} » chez {workspace}. Votre candidature nous est parvenue, et les personnes chargées de ce poste la liront.";
    received_any_subject "We have your application" "Nous avons bien reçu votre candidature";
    received_any_text "Thank you for telling {workspace} what you do. Your application has arrived, and somebody will write to you when a position fits." "Merci d'avoir présenté votre profil à {workspace}. Votre candidature nous est parvenue, et nous vous écrirons si un poste s'y prête.";
    received_next "You do not need to do anything now." "Vous n'avez rien d'autre à faire pour le moment.";
    received_button "See where it stands" "Voir où elle en est";
    received_why "You get this message because your address was given with an application at {workspace}. If that was not you, you can ignore it." "Vous recevez ce message parce que votre adresse a été donnée avec une candidature chez {workspace}. Si ce n'était pas vous, vous pouvez l'ignorer.";

    consent_subject "May {workspace} keep your data?" "{workspace} peut-il conserver vos données ?";
    consent_again_subject "Once more: may {workspace} keep your data?" "Encore une fois : {workspace} peut-il conserver vos données ?";
    consent_again "We asked you a week ago and have no answer yet. This is the last message about it." "Nous vous l'avons demandé il y a une semaine et n'avons pas encore de réponse. C'est le dernier message à ce sujet.";
    consent_text "You applied at {workspace}, or are known there as somebody for a later position. The time for which you agreed that your data is kept comes to its end." "Vous avez postulé chez {workspace}, ou l'on vous y connaît pour un poste à venir. La durée pour laquelle vous avez accepté la conservation de vos données arrive à son terme.";
    consent_next "Follow the link to say yes or no." "Suivez le lien pour dire oui ou non.";
    consent_button "Answer" "Répondre";
    consent_why "You get this message because {workspace} keeps what you sent it." "Vous recevez ce message parce que {workspace} conserve ce que vous lui avez envoyé.";
    alert_asked_subject "Hear of new positions at {workspace}?" "Être averti des nouveaux postes chez {workspace} ?";
    alert_asked_text "Somebody asked that {workspace} write to this address when there is a new position. Follow the link if that was you." "Quelqu'un a demandé que {workspace} écrive à cette adresse quand un nouveau poste est ouvert. Suivez le lien si cela vient de vous.";
    alert_asked_button "Yes, write to me" "Oui, écrivez-moi";
    alert_asked_why "If that was not you, ignore this message: nothing more comes." "Si cela ne vient pas de vous, ignorez ce message : vous n'en recevrez pas d'autre.";
    alert_subject "New at {workspace}: {job}" "Nouveau chez {workspace} : {job}";
    alert_text "There are new positions at {workspace}:" "De nouveaux postes sont ouverts chez {workspace} :";
    alert_more "And {count} more." "Et {count} de plus.";
    alert_button "See the positions" "Voir les postes";
    alert_why "You get this message because you asked to hear of new positions. To end it: {url}" "Vous recevez ce message parce que vous avez demandé à être averti des nouveaux postes. Pour arrêter : {url}";
    approve_job_subject "Your agreement is needed: {job}" "Votre accord est nécessaire : {job}";
    approve_job_text "The position {job} waits for your agreement before it is published." "Le poste {job} attend votre accord avant d'être publié.";
    approve_offer_subject "Your agreement is needed: offer to {candidate}" "Votre accord est nécessaire : offre à {candidate}";
    approve_offer_text "The offer to {candidate} ({job}) waits for your agreement before it is sent." "L'offre à {candidate} ({job}) attend votre accord avant d'être envoyée.";
    approve_from "Asked by {author}." "Demandé par {author}.";
    approve_next "Open Zumodra to agree, or to say what is missing." "Ouvrez Zumodra pour donner votre accord, ou pour dire ce qui manque.";
    approve_why "You get this message because your agreement is asked for in {workspace}." "Vous recevez ce message parce que votre accord est demandé dans {workspace}.";
    mentioned_subject "{author} mentions you: {candidate}" "{author} vous mentionne : {candidate}";
    mentioned_text "{author} mentions you in a note on {candidate}." "{author} vous mentionne dans une note sur {candidate}.";
    mentioned_next "Open Zumodra to read it." "Ouvrez Zumodra pour la lire.";
    mentioned_why "You get this message because a note in {workspace} names you." "Vous recevez ce message parce qu'une note dans {workspace} vous nomme.";
    waiting_subject "What waits for you at {workspace}" "Ce qui vous attend chez {workspace}";
    waiting_text "This waits for you:" "Voici ce qui vous attend :";
    waiting_no_title "A job without a title" "Un poste sans titre";
    waiting_no_job "No job in particular" "Aucun poste en particulier";
    waiting_day "{count} day" "{count} jour";
    waiting_days "{count} days" "{count} jours";
    waiting_ends_one "{job}: an offer can be accepted until {day} and has no answer yet." "{job} : une offre peut être acceptée jusqu'au {day} et attend une réponse.";
    waiting_ends_many "{job}: {count} offers have no answer yet; the first can be accepted until {day}." "{job} : {count} offres attendent une réponse ; la première peut être acceptée jusqu'au {day}.";
    waiting_open_one "{job}: an offer has had no answer for {days}." "{job} : une offre attend une réponse depuis {days}.";
    waiting_open_many "{job}: {count} offers have no answer, the first for {days}." "{job} : {count} offres attendent une réponse, la première depuis {days}.";
    waiting_agree_one "{job}: your agreement was asked for {days} ago." "{job} : votre accord est demandé depuis {days}.";
    waiting_agree_many "{job}: your agreement is asked for {count} times, first {days} ago." "{job} : votre accord est demandé {count} fois, la première depuis {days}.";
    waiting_time_one "{job}: a candidate asks for another time for an interview." "{job} : une personne candidate demande un autre moment pour un entretien.";
    waiting_time_many "{job}: {count} candidates ask for another time for an interview." "{job} : {count} personnes candidates demandent un autre moment pour un entretien.";
    waiting_declined_one "{job}: somebody declined an interview that is ahead." "{job} : une invitation à un entretien à venir a été refusée.";
    waiting_declined_many "{job}: somebody declined {count} interviews that are ahead." "{job} : des invitations à {count} entretiens à venir ont été refusées.";
    waiting_card_one "{job}: your scorecard of an interview {days} ago is missing." "{job} : votre évaluation d'un entretien d'il y a {days} manque.";
    waiting_card_many "{job}: {count} scorecards of yours are missing, the first of an interview {days} ago." "{job} : {count} de vos évaluations manquent, la première d'un entretien d'il y a {days}.";
    waiting_late_one "{job}: an application has been in its stage for {days}, longer than planned." "{job} : une candidature est à la même étape depuis {days}, plus longtemps que prévu.";
    waiting_late_many "{job}: {count} applications have been in their stage for longer than planned, the first for {days}." "{job} : {count} candidatures sont à la même étape depuis plus longtemps que prévu, la première depuis {days}.";
    waiting_follow_one "{job}: a reminder of an application is due since {day}." "{job} : un rappel concernant une candidature est dû depuis le {day}.";
    waiting_follow_many "{job}: reminders of {count} applications are due, the first since {day}." "{job} : des rappels concernant {count} candidatures sont dus, le premier depuis le {day}.";
    waiting_over_one "{job}: an application has been in its stage for {days}, so much longer than planned that you are told as well." "{job} : une candidature est à la même étape depuis {days}, si longtemps au-delà du prévu que cela vous est aussi signalé.";
    waiting_over_many "{job}: {count} applications have been in their stage for so much longer than planned that you are told as well, the first for {days}." "{job} : {count} candidatures sont à la même étape si longtemps au-delà du prévu que cela vous est aussi signalé, la première depuis {days}.";
    waiting_soon_one "{job}: an application has been in its stage for {days} and will soon be there for longer than planned." "{job} : une candidature est à la même étape depuis {days} et y sera bientôt plus longtemps que prévu.";
    waiting_soon_many "{job}: {count} applications will soon have been in their stage for longer than planned, the first is there for {days}." "{job} : {count} candidatures seront bientôt à la même étape plus longtemps que prévu, la première y est depuis {days}.";
    waiting_apart_one "{job}: a form was set apart because it repeats an open application, or could not be taken over. Somebody else may have applied with that address before: let it in, or drop it." "{job} : un formulaire a été mis de côté parce qu'il répète une candidature en cours, ou n'a pas pu être repris. Quelqu'un d'autre a pu postuler auparavant avec cette adresse : acceptez-le, ou supprimez-le.";
    waiting_apart_many "{job}: {count} forms were set apart because they repeat open applications, or could not be taken over. Somebody else may have applied with such an address before: let them in, or drop them." "{job} : {count} formulaires ont été mis de côté parce qu'ils répètent des candidatures en cours, ou n'ont pas pu être repris. Quelqu'un d'autre a pu postuler auparavant avec une telle adresse : acceptez-les, ou supprimez-les.";
    waiting_new_one "{job}: a new application has waited for {days}." "{job} : une nouvelle candidature attend depuis {days}.";
    waiting_new_many "{job}: {count} new applications wait, the first for {days}." "{job} : {count} nouvelles candidatures attendent, la première depuis {days}.";
    waiting_given_one "{job}: an application." "{job} : une candidature.";
    waiting_given_many "{job}: {count} applications." "{job} : {count} candidatures.";
    assigned_subject "{author} gave you applications at {workspace}" "{author} vous confie des candidatures chez {workspace}";
    assigned_subject_plain "You were given applications at {workspace}" "Des candidatures vous sont confiées chez {workspace}";
    assigned_text "{author} gave you these applications to work on:" "{author} vous confie ces candidatures :";
    assigned_text_plain "You were given these applications to work on:" "Ces candidatures vous sont confiées :";
    assigned_why "You get this message because applications were assigned to you in {workspace}. Settings in Zumodra switch it off." "Vous recevez ce message parce que des candidatures vous ont été attribuées dans {workspace}. Les réglages de Zumodra permettent de le désactiver.";
    waiting_left_one "{job}: the job is over, and an application is still open. Its candidate believes that it is being read." "{job} : le poste n'est plus à pourvoir, et une candidature est encore ouverte. La personne croit qu'on la lit.";
    waiting_left_many "{job}: the job is over, and {count} applications are still open. Their candidates believe that they are being read." "{job} : le poste n'est plus à pourvoir, et {count} candidatures sont encore ouvertes. Ces personnes croient qu'on les lit.";
    waiting_deadline "{job}: the deadline was {day}. The job has left the career page and takes no more applications." "{job} : la date limite était le {day}. Le poste n'est plus sur la page carrière et ne reçoit plus de candidatures.";
    waiting_more "And {count} more." "Et {count} de plus.";
    waiting_next "Open Zumodra to see to it." "Ouvrez Zumodra pour vous en occuper.";
    waiting_why "You get this message because this is yours to do in {workspace}. It comes once on a working day at most; Settings in Zumodra switch it off." "Vous recevez ce message parce que ceci vous revient dans {workspace}. Il arrive une fois par jour ouvré au plus ; les réglages de Zumodra permettent de le désactiver.";
    portal_subject "Your way to your applications at {workspace}" "Votre accès à vos candidatures chez {workspace}";
    portal_text "Here is the link that you asked for. It leads to your applications at {workspace}." "Voici le lien demandé. Il mène à vos candidatures chez {workspace}.";
    portal_next "It works once, for half an hour. Do not pass it on." "Il fonctionne une seule fois, pendant une demi-heure. Ne le transmettez pas.";
    portal_button "See my applications" "Voir mes candidatures";
    portal_why "You get this message because somebody gave your address on the career pages of {workspace}. If that was not you, ignore it: nothing happens." "Vous recevez ce message parce que votre adresse a été donnée sur les pages carrière de {workspace}. Si ce n'était pas vous, ignorez-le : rien ne se passera.";
    withdrawn_subject "{candidate} withdrew: {job}" "{candidate} a retiré sa candidature : {job}";
    withdrawn_text "{candidate} withdrew the application for the job “{job}”." "{candidate} a retiré sa candidature au poste « {job} ».";
    withdrawn_reason "In their words: {reason}" "Dans ses mots : {reason}";
    document_subject "{candidate} sent a document: {job}" "{candidate} a remis un document : {job}";
    document_text "{candidate} handed in a document for the job “{job}”: {reason}" "{candidate} a remis un document pour le poste « {job} » : {reason}";
    document_next "It is among the files of the candidate in Zumodra, beside the résumé." "Il se trouve parmi les fichiers de la fiche dans Zumodra, à côté du CV.";
    deletion_subject "{candidate} asks to be deleted" "{candidate} demande sa suppression";
    deletion_text "{candidate} asked on the candidates' page that what {workspace} keeps of them be deleted. The law gives you a month to answer." "{candidate} a demandé sur la page des candidats que ce que {workspace} conserve à son sujet soit supprimé. La loi vous donne un mois pour répondre.";
    deletion_next "Open the candidate in Zumodra and delete them, remove their address from the mail of the workspace, and write to them what was kept and why." "Ouvrez la fiche dans Zumodra et supprimez-la, retirez l'adresse du courrier de l'espace, puis indiquez par écrit ce qui a été conservé et pourquoi.";
    deletion_why "You get this message because you own {workspace}." "Vous recevez ce message parce que vous êtes propriétaire de {workspace}.";
    host_missing_subject "The career page will leave {host}" "La page carrières va quitter {host}";
    host_missing_text "The DNS of {host} no longer has the TXT record that proves that the host is {workspace}'s. The career page is still there; from {day} on it will not be." "Le DNS de {host} n'a plus l'enregistrement TXT qui prouve que l'hôte appartient à {workspace}. La page carrières y est encore ; à partir du {day}, elle n'y sera plus.";
    host_lost_subject "The career page is no longer at {host}" "La page carrières n'est plus à {host}";
    host_lost_text "The DNS of {host} has not had the TXT record for days that proves that the host is {workspace}'s. The career page is no longer shown there; at its first address it still is." "Depuis des jours, le DNS de {host} n'a plus l'enregistrement TXT qui prouve que l'hôte appartient à {workspace}. La page carrières n'y est plus affichée ; elle l'est toujours à sa première adresse.";
    host_next "Open the workspace's settings in Zumodra: they say what to enter in the DNS. If you no longer want the host, remove it there." "Ouvrez les paramètres de l'espace de travail dans Zumodra : ils indiquent ce qu'il faut saisir dans le DNS. Si vous ne voulez plus de cet hôte, retirez-le à cet endroit.";
    arrived_subject "New application: {candidate}, {job}" "Nouvelle candidature : {candidate}, {job}";
    arrived_text "{candidate} applied for the job “{job}”." "{candidate} a postulé à l'offre « {job} ».";
    arrived_next "Open Zumodra to read the application." "Ouvrez Zumodra pour lire la candidature.";
    arrived_why "You get this message because you look after this job in {workspace}." "Vous recevez ce message parce que ce poste vous est confié dans {workspace}.";

    offer_subject "Your offer from {workspace}: {job}" "Votre offre de {workspace} : {job}";
    offer_text "{workspace} has an offer for you: {job}. You can read it, and sign it if you agree, on a page that is for you alone." "{workspace} vous fait une offre : {job}. Vous pouvez la lire, et la signer si elle vous convient, sur une page qui n'est destinée qu'à vous.";
    offer_until "You can accept it until {day}, that day included." "Vous pouvez l'accepter jusqu'au {day} inclus.";
    offer_button "Read the offer" "Lire l'offre";
    offer_why "You get this message because you applied at {workspace}. Do not pass it on: whoever follows the link can answer in your name." "Vous recevez ce message parce que vous avez postulé chez {workspace}. Ne le transmettez pas : toute personne qui suit le lien peut répondre en votre nom.";
    offer_ends_subject "The offer of {workspace} ends soon: {job}" "L'offre de {workspace} se termine bientôt : {job}";
    offer_ends_text "You have not answered the offer of {workspace} yet: {job}." "Vous n'avez pas encore répondu à l'offre de {workspace} : {job}.";
    ran_out_subject "Nobody agreed in time: offer to {candidate}" "Pas d'accord à temps : offre à {candidate}";
    ran_out_text "The offer to {candidate} ({job}) was not agreed to in time. It is a draft again." "L'offre à {candidate} ({job}) n'a pas reçu d'accord à temps. Elle est de nouveau un brouillon.";
    ran_out_next "Open Zumodra to ask for agreement anew." "Ouvrez Zumodra pour demander l'accord de nouveau.";
    ran_out_why "You get this message because you asked for agreement to this offer in {workspace}." "Vous recevez ce message parce que vous avez demandé l'accord sur cette offre dans {workspace}.";
    reference_subject "{workspace} asks you for a reference: {candidate}" "{workspace} vous demande une référence : {candidate}";
    reference_again_subject "A reminder: {workspace} asks you for a reference for {candidate}" "Rappel : {workspace} vous demande une référence pour {candidate}";
    reference_text "{candidate} applied at {workspace} ({job}) and named you as somebody who can say how they work. A few questions wait on a page that is for you alone." "{candidate} a postulé chez {workspace} ({job}) et vous a nommé comme personne pouvant parler de son travail. Quelques questions vous attendent sur une page qui n'est destinée qu'à vous.";
    reference_consent "They agreed that you are asked. You need not answer; you can say so on the same page." "Cette personne a accepté que l'on vous interroge. Vous n'êtes pas tenu de répondre ; vous pouvez le dire sur la même page.";
    reference_from "Asked by {author}." "Demandé par {author}.";
    reference_until "You can answer until {day}, that day included." "Vous pouvez répondre jusqu'au {day} inclus.";
    reference_button "Answer the questions" "Répondre aux questions";
    reference_why "You get this message because {candidate} named you. Do not pass it on: whoever follows the link can answer in your name." "Vous recevez ce message parce que {candidate} vous a nommé. Ne le transmettez pas : toute personne qui suit le lien peut répondre en votre nom.";
    referred_subject "{candidate}: {referee} {answered}" "{candidate} : {referee} {answered}";
    referred_text "{referee} {answered} for {candidate}." "{referee} {answered} pour {candidate}.";
    answer_next_candidate "Open Zumodra to see it on the candidate's page." "Ouvrez Zumodra pour le voir sur la page de la personne candidate.";
    referred_why "You get this message because you asked for this reference in {workspace}." "Vous recevez ce message parce que vous avez demandé cette référence dans {workspace}.";
    referred_answered "gave a reference" "a donné une référence";
    referred_declined "would rather give no reference" "préfère ne pas donner de référence";
    referred_expired "gave no reference in time" "n'a pas donné de référence à temps";
    signed_subject "You signed the offer of {workspace}: {job}" "Vous avez signé l'offre de {workspace} : {job}";
    signed_text "Thank you for accepting the offer of {workspace}: {job}. The letter, signed by both sides, is behind the link. Keep a copy." "Merci d'avoir accepté l'offre de {workspace} : {job}. La lettre signée par les deux parties se trouve derrière le lien. Conservez-en une copie.";
    signed_button "See the signed letter" "Voir la lettre signée";
    answer_subject "{candidate} {answered}: {job}" "{candidate} {answered} : {job}";
    answer_text "{candidate} {answered}: the offer for the position “{job}”." "{candidate} {answered} : offre pour le poste « {job} ».";
    answer_reason "In their words: {reason}" "Selon ses propres termes : {reason}";
    answer_next "Open Zumodra to see the offer." "Ouvrez Zumodra pour voir l'offre.";
    answer_why "You get this message because you sent this offer in {workspace}." "Vous recevez ce message parce que vous avez envoyé cette offre dans {workspace}.";
    answered_accepted "has signed the offer" "a signé l'offre";
    answered_declined "has declined the offer" "a refusé l'offre";
    answered_countered "asks for something else" "demande autre chose";
    answered_expired "did not answer the offer in time" "n'a pas répondu à l'offre à temps";

    meeting_subject "Interview with {candidate}: {when}" "Entretien avec {candidate} : {when}";
    meeting_text "You are expected to interview {candidate} for the job “{job}”." "Vous êtes attendu(e) pour un entretien avec {candidate}, pour le poste « {job} ».";
    meeting_moved_subject "Changed: interview with {candidate}, {when}" "Modification : entretien avec {candidate}, {when}";
    meeting_moved_text "The interview with {candidate} for the job “{job}” has changed. This holds now:" "L'entretien avec {candidate}, pour le poste « {job} », a changé. Voici ce qui vaut maintenant :";
    meeting_next "Accept or decline with the invitation in this message. Open Zumodra to prepare." "Acceptez ou refusez avec l'invitation jointe à ce message. Ouvrez Zumodra pour vous préparer.";
    meeting_off_subject "Cancelled: interview with {candidate}, {when}" "Annulation : entretien avec {candidate}, {when}";
    meeting_off_text "You are no longer expected at the interview with {candidate} for the job “{job}” on {when}." "Vous n'êtes plus attendu(e) à l'entretien avec {candidate}, pour le poste « {job} », {when}.";
    meeting_off_reason "The reason: {reason}" "Le motif : {reason}";
    meeting_why "You get this message because you are an interviewer in {workspace}." "Vous recevez ce message parce que vous menez des entretiens dans {workspace}.";
    interview_subject "Interview: {job}, {when}" "Entretien : {job}, {when}";
    interview_text "{workspace} invites you to an interview for the job “{job}”." "{workspace} vous invite à un entretien pour le poste « {job} ».";
    interview_moved_subject "Changed: interview, {job}, {when}" "Modification : entretien, {job}, {when}";
    interview_moved_text "Your interview at {workspace} for the job “{job}” has changed. This holds now:" "Votre entretien chez {workspace} pour le poste « {job} » a changé. Voici ce qui vaut maintenant :";
    interview_next "Accept or decline with the invitation in this message." "Acceptez ou refusez avec l'invitation jointe à ce message.";
    interview_off_subject "Cancelled: interview, {job}, {when}" "Annulation : entretien, {job}, {when}";
    interview_off_text "Your interview at {workspace} for the job “{job}” on {when} does not take place." "Votre entretien chez {workspace} pour le poste « {job} », {when}, n'aura pas lieu.";
    interview_why "You get this message because you applied at {workspace}." "Vous recevez ce message parce que vous avez postulé chez {workspace}.";
    times_subject "Choose a time for your interview: {job}" "Choisissez le moment de votre entretien : {job}";
    times_text "{workspace} would like to talk to you about the job “{job}”. Choose the time that suits you." "{workspace} souhaite vous parler du poste « {job} ». Choisissez le moment qui vous convient.";
    times_button "Choose a time" "Choisir un moment";
    no_time_subject "No time suits {candidate}: {job}" "Aucun moment ne convient à {candidate} : {job}";
    no_time_text "{candidate} cannot come to an interview for the job “{job}” at any of the times that were offered." "{candidate} ne peut venir à un entretien pour le poste « {job} » à aucun des moments proposés.";
    no_time_reason "In their words: {reason}" "Dans ses mots : {reason}";
    no_time_next "Open Zumodra to offer other times." "Ouvrez Zumodra pour proposer d'autres moments.";
    other_time_subject "Another time asked for: {candidate}, {when}" "Autre moment demandé : {candidate}, {when}";
    other_time_text "{candidate} asks for another time for the interview for the job “{job}” on {when}. It stays planned until somebody moves it." "{candidate} demande un autre moment pour l'entretien pour le poste « {job} », {when}. Il reste prévu tant que personne ne le déplace.";
    other_time_next "Open Zumodra to move it, or to offer other times." "Ouvrez Zumodra pour le déplacer ou proposer d'autres moments.";
    declined_subject "Declined: interview with {candidate}, {when}" "Refus : entretien avec {candidate}, {when}";
    declined_text "{who} declined the invitation to the interview with {candidate} for the job “{job}” on {when}. It stays planned until somebody changes it." "{who} a refusé l'invitation à l'entretien avec {candidate} pour le poste « {job} », {when}. Il reste prévu tant que personne ne le modifie.";
    declined_next "Open Zumodra to move it, or to ask somebody else." "Ouvrez Zumodra pour le déplacer ou demander à quelqu'un d'autre.";
    planned_why "You get this message because you planned this interview in {workspace}, or look after the job." "Vous recevez ce message parce que vous avez prévu cet entretien dans {workspace}, ou suivez le poste.";
    meeting_soon_subject "Reminder: interview with {candidate}, {when}" "Rappel : entretien avec {candidate}, {when}";
    meeting_soon_text "Your interview with {candidate} for the job “{job}” begins soon." "Votre entretien avec {candidate}, pour le poste « {job} », commence bientôt.";
    interview_soon_subject "Reminder: interview, {job}, {when}" "Rappel : entretien, {job}, {when}";
    interview_soon_text "Your interview at {workspace} for the job “{job}” begins soon." "Votre entretien chez {workspace} pour le poste « {job} » commence bientôt.";
    elsewhere_subject "Your interview goes on: another address" "Votre entretien est maintenu : autre adresse";
    elsewhere_text "The interview for the job “{job}” on {when} takes place. This address is no longer used for it: the invitation went to your other address." "L'entretien pour le poste « {job} », {when}, a bien lieu. Cette adresse n'est plus utilisée : l'invitation est partie à votre autre adresse.";
    meeting_when "When: {when}" "Quand : {when}";
    meeting_where "Where: {place}" "Lieu : {place}";
    meeting_number "Meeting ID: {number}" "Numéro de réunion : {number}";
    meeting_password "Password: {password}" "Mot de passe : {password}";
    meeting_button "Where to meet online" "Où se retrouver en ligne";

    wrote_subject "{from} answered: {about}" "{from} a répondu : {about}";
    wrote_text "{from} answered your e-mail “{about}”." "{from} a répondu à votre message « {about} ».";
    wrote_next "Open Zumodra to read it and to answer." "Ouvrez Zumodra pour lire ce message et y répondre.";
    wrote_why "You get this message because you wrote to this person in {workspace}." "Vous recevez ce message parce que vous avez écrit à cette personne dans {workspace}.";
    wrote_new_subject "{from} wrote: {about}" "{from} a écrit : {about}";
    wrote_new_text "{from} wrote to {workspace}: “{about}”." "{from} a écrit à {workspace} : « {about} ».";
    wrote_new_why "You get this message because you look after this application in {workspace}, or own the workspace." "Vous recevez ce message parce que vous suivez cette candidature dans {workspace}, ou en êtes propriétaire.";

    reset_subject "Choose a new password for Zumodra" "Choisissez un nouveau mot de passe pour Zumodra";
    reset_text "Somebody asked for a new password for the Zumodra account of this address." "Un nouveau mot de passe a été demandé pour le compte Zumodra de cette adresse.";
    reset_next "Follow the link to choose one. It works once, for an hour, and every session of the account ends." "Suivez le lien pour en choisir un. Il fonctionne une seule fois, pendant une heure, et toutes les sessions du compte seront fermées.";
    reset_button "Choose a password" "Choisir un mot de passe";
    reset_why "If you did not ask for this, ignore this message: your password stays as it is." "Si vous n'avez rien demandé, ignorez ce message : votre mot de passe reste le même.";

    test_subject "Mail from {workspace} works" "Les messages de {workspace} partent";
    test_text "This is a test. You read it, so mail from {workspace} arrives." "Ceci est un essai. Vous le lisez : les messages de {workspace} arrivent donc.";
    test_why "Somebody who administers {workspace} sent this test." "Une personne qui administre {workspace} a envoyé cet essai.";

    owner "owner" "propriétaire";
    admin "administrator" "administrateur";
    hr_manager "HR manager" "responsable RH";
    recruiter "recruiter" "recruteur";
    hiring_manager "hiring manager" "responsable du recrutement";
    employee "employee" "employé";
    viewer "viewer" "lecteur";
}

impl Words {
    /// The texts of a stored language.
    #[must_use]
    pub fn of(language: &str) -> &'static Self {
        if language == FR.tag { &FR } else { &EN }
    }

    /// A role in words.
    #[must_use]
    pub const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.owner,
            Role::Admin => self.admin,
            Role::HrManager => self.hr_manager,
            Role::Recruiter => self.recruiter,
            Role::HiringManager => self.hiring_manager,
            Role::Employee => self.employee,
            Role::Viewer => self.viewer,
        }
    }

    /// What a candidate did with an offer, by the wire name of where it stands now.
    #[must_use]
    pub fn answered(&self, answer: &str) -> &'static str {
        match answer {
            "accepted" => self.answered_accepted,
            "declined" => self.answered_declined,
            "countered" => self.answered_countered,
            _ => self.answered_expired,
        }
    }

    /// What a referee did, by the wire name of where a reference stands now.
    #[must_use]
    pub fn referred(&self, answer: &str) -> &'static str {
        match answer {
            "answered" => self.referred_answered,
            "declined" => self.referred_declined,
            _ => self.referred_expired,
        }
    }

    /// A day in words, as in `4 December 2026`.
    #[must_use]
    pub fn day(&self, at: Millis) -> String {
        let day: String = rfc3339(at).chars().take(10).collect();
        self.date(&day)
    }

    /// A day such as `2026-12-04` in words; another text as it is.
    #[must_use]
    pub fn date(&self, day: &str) -> String {
        let mut parts = day.splitn(3, '-');
        let mut number = || parts.next().and_then(|part| part.parse::<i16>().ok());
        match (number(), number(), number()) {
            (Some(year), Some(month), Some(day)) => self.civil(
                year,
                i8::try_from(month).unwrap_or_default(),
                i8::try_from(day).unwrap_or_default(),
            ),
            _ => day.to_owned(),
        }
    }

    /// A date of the calendar in words.
    #[must_use]
    pub fn civil(&self, year: i16, month: i8, day: i8) -> String {
        let at = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
        let month = at.and_then(|at| self.months.get(at)).copied().unwrap_or_default();
        format!("{day} {month} {year}")
    }
}

/// Fills a text in one pass: a value that looks like a place to fill stays as it is.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once() {
        let filled = fill("{a} and {b}.", &[("a", "{b}"), ("b", "x")]);
        assert_eq!(filled, "{b} and x.");
    }

    #[test]
    fn a_day_is_in_words() {
        let at = 1_796_385_600_000; // 2026-12-04T12:00:00Z
        assert_eq!(Words::of("en").day(at), "4 December 2026");
        assert_eq!(Words::of("fr").day(at), "4 décembre 2026");
    }
}
