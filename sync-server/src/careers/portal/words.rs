//! Every text of the portal, in the two languages of the product.

use zumodra_shared::ats::{AttachmentKind, StageKind};

use crate::careers::words::texts;

texts! {
    PortalWords;
    ask_title "Where your application stands" "Où en est votre candidature";
    ask_text "You need no password. Give the address that you applied with, and we send you a link." "Aucun mot de passe n'est nécessaire. Donnez l'adresse de votre candidature : nous vous enverrons un lien.";
    ask_send "Send me a link" "M'envoyer un lien";
    ask_sent_title "Look at your mail" "Consultez vos e-mails";
    ask_sent_text "If {} has an application with this address, a link is on its way to it. It works once, for half an hour." "Si {} a une candidature avec cette adresse, un lien vous y est envoyé. Il fonctionne une seule fois, pendant une demi-heure.";
    ask_sent_hint "Nothing came? Look among the unwanted mail, and check that the address is the one that you applied with." "Rien reçu ? Regardez parmi les indésirables et vérifiez qu'il s'agit bien de l'adresse de votre candidature.";
    ask_again "Ask for a link" "Demander un lien";
    open_title "One more step" "Encore une étape";
    open_text "This opens your applications at {} in this browser, for twelve hours." "Vos candidatures chez {} s'ouvriront dans ce navigateur, pour douze heures.";
    open_button "See my applications" "Voir mes candidatures";
    used_title "This link does not work any more" "Ce lien ne fonctionne plus";
    used_text "A link works once, for half an hour. You can ask for another one." "Un lien fonctionne une seule fois, pendant une demi-heure. Vous pouvez en demander un autre.";
    title "Your applications" "Vos candidatures";
    signed_in "For {}" "Pour {}";
    leave "Sign out" "Se déconnecter";
    none "There is no application under this address." "Aucune candidature n'est liée à cette adresse.";
    applied_on "Applied on {}" "Candidature du {}";
    no_title "A position" "Un poste";

    new_title "Arrived" "Arrivée";
    new_text "Your application is here. Nobody has decided anything yet." "Votre candidature est arrivée. Rien n'est encore décidé.";
    screening_title "Being read" "En cours de lecture";
    screening_text "Somebody is looking at what you sent." "Votre dossier est en cours d'examen.";
    assessment_title "A task or a test" "Épreuve ou exercice";
    assessment_text "There is a task to do, or one that you did is being looked at. You hear by e-mail what is needed." "Une épreuve vous attend ou est en cours d'évaluation. Un e-mail vous dira ce qu'il faut faire.";
    interview_title "Interviews" "Entretiens";
    interview_text "You are among those whom we want to talk to." "Vous faites partie des personnes que nous souhaitons rencontrer.";
    reference_title "References" "Références";
    reference_text "We are talking to people who worked with you, or are about to." "Nous échangeons, ou allons échanger, avec des personnes qui ont travaillé avec vous.";
    offer_title "Towards an offer" "Vers une offre";
    offer_text "An offer is being prepared, or waits for your answer." "Une offre est en préparation ou attend votre réponse.";
    hired_title "Welcome" "Bienvenue";
    hired_text "You got the position." "Vous avez obtenu le poste.";
    rejected_title "Not this time" "Pas cette fois";
    rejected_text "We went on with others. Thank you for your time." "Nous avons poursuivi avec d'autres personnes. Merci pour le temps consacré.";
    withdrawn_title "Withdrawn" "Retirée";
    withdrawn_text "You stepped back from this application." "Vous avez retiré cette candidature.";
    waiting_title "Waiting" "En attente";
    waiting_text "Your application is kept, and waits for the moment." "Votre candidature est conservée et reste en attente pour le moment.";
    feedback "What the team says" "Le mot de l'équipe";

    meetings "Your next interviews" "Vos prochains entretiens";
    meeting_where "Where: {}" "Lieu : {}";
    meeting_online "Join online" "Rejoindre en ligne";
    meeting_number "Meeting ID: {}" "Numéro de réunion : {}";
    meeting_password "Password: {}" "Mot de passe : {}";
    meeting_file "Add it to your calendar" "Ajouter à votre agenda";
    time_ask "Ask for another time" "Demander un autre moment";
    time_label "When would suit you?" "Quand seriez-vous disponible ?";
    time_hint "The interview stays planned until the team moves it." "L'entretien reste prévu tant que l'équipe ne le déplace pas.";
    time_send "Ask the team" "Demander à l'équipe";
    time_asked "You asked for another time: {} The team writes to you. Until then the interview stays planned." "Vous avez demandé un autre moment : {} L'équipe vous écrira. D'ici là, l'entretien reste prévu.";
    time_empty_title "Say when would suit you" "Dites quand vous seriez disponible";
    time_empty_text "A few words are needed, so that the team knows what to offer." "Quelques mots sont nécessaires pour que l'équipe sache quoi proposer.";
    times_wait "You are invited to an interview, and can choose when" "Vous êtes invité(e) à un entretien et pouvez en choisir le moment";
    times_choose "Choose a time" "Choisir un moment";
    offer_waits "An offer waits for your answer" "Une offre attend votre réponse";
    offer_read "Read the offer" "Lire l'offre";
    offer_signed "You signed this offer" "Vous avez signé cette offre";
    offer_see "See the signed letter" "Voir la lettre signée";
    what_you_sent "What you sent" "Ce que vous avez envoyé";
    cover_letter "Cover letter" "Lettre de motivation";
    messages "Messages" "Messages";
    messages_none "Nothing was written about this application yet." "Rien n'a encore été écrit au sujet de cette candidature.";
    message_you "You" "Vous";
    message_write "Write to the team" "Écrire à l'équipe";
    message_label "Your message" "Votre message";
    message_hint "The answer comes by e-mail, and is shown here too." "La réponse arrive par e-mail et s'affiche aussi ici.";
    message_send "Send" "Envoyer";
    message_sent "Your message was sent." "Votre message a été envoyé.";
    message_unsent "Your message was not sent" "Votre message n'a pas été envoyé";
    message_empty "Write something before you send it." "Écrivez quelque chose avant de l'envoyer.";
    message_long "A message may have up to 20,000 characters. Please shorten it." "Un message peut comporter jusqu'à 20 000 caractères. Veuillez le raccourcir.";
    message_often "You sent many messages in a short time. Nothing is lost: send this one in an hour." "Vous avez envoyé beaucoup de messages en peu de temps. Rien n'est perdu : envoyez celui-ci dans une heure.";
    message_again "You signed in again meanwhile. Please send this once more." "Vous vous êtes reconnecté entre-temps. Veuillez renvoyer ceci.";
    messages_earlier "Earlier messages are in your mailbox, and in the file with your data." "Les messages précédents se trouvent dans votre boîte de réception et dans le fichier de vos données.";
    message_subject "About the position: {}" "À propos du poste : {}";

    documents "Further documents" "Autres documents";
    document_add "Hand in a document" "Remettre un document";
    document_label "The file" "Le fichier";
    document_kind "What it is" "De quoi il s'agit";
    document_send "Hand it in" "Le remettre";
    document_sent "Your document has arrived." "Votre document est arrivé.";
    document_many "You handed in twenty documents for this application. Please write to the team instead." "Vous avez remis vingt documents pour cette candidature. Veuillez plutôt écrire à l'équipe.";
    kind_certificate "A certificate or diploma" "Un certificat ou un diplôme";
    kind_letter "A letter" "Une lettre";
    kind_portfolio "Work of mine" "Mes travaux";
    kind_resume "A newer résumé" "Un CV plus récent";
    kind_other "Something else" "Autre chose";

    withdraw_asked "You asked on {} to withdraw. The people who look after it do that." "Vous avez demandé le {} à la retirer. Les personnes qui la suivent s'en chargent.";
    withdraw "Withdraw this application" "Retirer cette candidature";

    withdraw_title "Withdraw your application?" "Retirer votre candidature ?";
    withdraw_text "You step back from: {}. Interviews ahead are called off, and the people who look after it are told. You can apply again later." "Vous retirez votre candidature : {}. Les entretiens à venir sont annulés et les personnes qui la suivent en sont informées. Vous pourrez postuler à nouveau plus tard.";
    withdraw_reason "Why, if you want to say" "Pourquoi, si vous souhaitez le dire";
    withdraw_done "Withdraw it" "Retirer ma candidature";
    keep_it "Keep it" "La conserver";
    over_title "This application is over" "Cette candidature est close";
    over_text "There is nothing to withdraw any more." "Il n'y a plus rien à retirer.";

    your_data "Your data" "Vos données";
    your_data_text "What {} keeps of you under this address." "Ce que {} conserve à votre sujet sous cette adresse.";
    resume "Your résumé: {}" "Votre CV : {}";
    download "Download my data" "Télécharger mes données";
    download_hint "A file (JSON) with what you gave, what was written to you, and what was offered." "Un fichier (JSON) avec ce que vous avez donné, ce qui vous a été écrit et ce qui vous a été proposé.";
    contact_correct "Correct my data" "Corriger mes données";
    contact_waits "What you would change is with the team. It holds once somebody there takes it over." "Vos modifications ont été transmises à l'équipe. Elles s'appliqueront dès que quelqu'un les aura reprises.";
    contact_title "Correct your data" "Corriger vos données";
    contact_text "Somebody in the team looks at what you change and takes it over. Until then they reach you as before." "Une personne de l'équipe examine vos modifications et les reprend. D'ici là, on vous joint comme avant.";
    contact_send "Send what I changed" "Envoyer mes modifications";
    consents "What you agreed to" "Ce que vous avez accepté";
    consent_since "Since {}" "Depuis le {}";
    consent_take_back "Take this back" "Retirer cet accord";
    delete "Ask to be deleted" "Demander ma suppression";
    delete_asked "You asked on {} to be deleted. {} has a month to answer." "Vous avez demandé votre suppression le {}. {} a un mois pour répondre.";
    delete_title "Ask {} to delete you?" "Demander à {} de vous supprimer ?";
    delete_text "Somebody there deletes what is kept of you: your applications end with it. They have a month, and write to you if something has to be kept, such as a letter that you signed." "Quelqu'un y supprimera ce qui est conservé à votre sujet : vos candidatures prendront fin. Le délai est d'un mois ; on vous écrira si quelque chose doit être conservé, comme une lettre signée.";
    delete_done "Ask for it" "Le demander";
    back "Back to your applications" "Retour à vos candidatures";

    left_out "Opinions of the people who hire (notes, ratings, scorecards), what they note in fields of their own, how an application was compared with others, and what is confidential are not in this file. Write to the workspace to ask about them." "Les avis des personnes qui recrutent (notes, appréciations, grilles), ce qu'elles notent dans des champs personnalisés, la comparaison avec d'autres candidatures et ce qui est confidentiel ne figurent pas dans ce fichier. Écrivez à l'espace de travail pour vous renseigner.";
    note_withdrawn "Withdrew this application on the candidates' page." "A retiré cette candidature sur la page des candidats.";
    note_would_withdraw "Asks on the candidates' page to withdraw this application. Its pipeline has no stage for that." "Demande sur la page des candidats à retirer cette candidature. Son parcours n'a pas d'étape pour cela.";
    interview_withdrawn "The candidate withdrew the application." "La personne a retiré sa candidature.";
    note_other_time "Asks on the candidates' page for another time for an interview." "Demande sur la page des candidats un autre moment pour un entretien.";
    note_reason "In their words: {}" "Dans ses mots : {}";
    note_proposal "Proposes other contact data on the candidates' page: take them over or leave them." "Propose d'autres coordonnées sur la page des candidats : à reprendre ou à laisser.";
    note_not_in_mind "Took back on the candidates' page that we keep them in mind for other jobs." "A retiré sur la page des candidats son accord pour d'autres postes.";
    note_deletion "Asks on the candidates' page to be deleted. An answer is due within a month." "Demande sa suppression sur la page des candidats. Une réponse est due sous un mois.";
}

impl PortalWords {
    /// Where an application stands, in a word and in a sentence: by what its stage means, and never by its name, which is
    /// for the people who hire.
    #[must_use]
    pub const fn stands(&self, kind: StageKind) -> (&'static str, &'static str) {
        match kind {
            StageKind::New => (self.new_title, self.new_text),
            StageKind::Screening | StageKind::Unknown => (self.screening_title, self.screening_text),
            StageKind::Assessment => (self.assessment_title, self.assessment_text),
            StageKind::Interview => (self.interview_title, self.interview_text),
            StageKind::Reference => (self.reference_title, self.reference_text),
            StageKind::Offer => (self.offer_title, self.offer_text),
            StageKind::Hired => (self.hired_title, self.hired_text),
            StageKind::Rejected => (self.rejected_title, self.rejected_text),
            StageKind::Withdrawn => (self.withdrawn_title, self.withdrawn_text),
            StageKind::OnHold => (self.waiting_title, self.waiting_text),
        }
    }

    /// What a document is, in words.
    #[must_use]
    pub const fn kind_of(&self, kind: AttachmentKind) -> &'static str {
        match kind {
            AttachmentKind::Resume => self.kind_resume,
            AttachmentKind::CoverLetter => self.kind_letter,
            AttachmentKind::Portfolio => self.kind_portfolio,
            AttachmentKind::Certificate => self.kind_certificate,
            AttachmentKind::Reference | AttachmentKind::Other | AttachmentKind::Unknown => self.kind_other,
        }
    }
}
