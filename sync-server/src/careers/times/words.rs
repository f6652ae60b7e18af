//! Every text of the page on which times are chosen, in the two languages of the product.

use crate::careers::words::texts;

texts! {
    TimesWords;
    title "Choose a time for your interview" "Choisissez le moment de votre entretien";
    greeting "Hello {}," "Bonjour {},";
    text "{} would like to talk to you about the position: {}. It takes {} minutes." "{} souhaite vous parler du poste : {}. L'entretien dure {} minutes.";
    any_position "a position" "un poste";
    with "With {}" "Avec {}";
    place "Where: {}" "Lieu : {}";
    online "Online; the address comes with the invitation." "En ligne ; l'adresse figurera dans l'invitation.";
    times "Which of these times suits you?" "Lequel de ces moments vous convient ?";
    book "Book this time" "Réserver ce moment";
    error_none "Choose one of these times." "Choisissez l'un de ces moments.";
    error_taken "This time is not free any more. Choose another one." "Ce moment n'est plus libre. Choisissez-en un autre.";
    no_times "None of the times that were offered is left. Say when you are free, and the team writes to you." "Aucun des moments proposés n'est encore libre. Dites quand vous êtes disponible : l'équipe vous écrira.";
    none_suits "None of these times suits me" "Aucun de ces moments ne me convient";
    none_label "When would suit you?" "Quand seriez-vous disponible ?";
    none_send "Tell the team" "Prévenir l'équipe";
    error_title "This could not be sent" "L'envoi n'a pas pu se faire";
    error_reason "Say when would suit you." "Dites quand vous seriez disponible.";
    told "You told the team that none of these times suits you. They write to you. A time that is still free can be booked all the same." "Vous avez indiqué à l'équipe qu'aucun de ces moments ne vous convient. Elle vous écrira. Un moment encore libre peut être réservé malgré tout.";
    booked_title "Your interview is booked" "Votre entretien est réservé";
    booked_text "An invitation for your calendar comes by e-mail." "Une invitation pour votre agenda vous parvient par e-mail.";
    see_applications "Your applications" "Vos candidatures";
    gone_title "There is nothing to choose here" "Il n'y a rien à choisir ici";
    gone_text "At the moment no times are offered here. Write to {} if you have a question." "Aucun moment n'est proposé ici pour l'instant. Écrivez à {} si vous avez une question.";

    note_declined "None of the times that were offered for an interview suits. In their words: {}" "Aucun des moments proposés pour un entretien ne convient. Dans ses mots : {}";
}
