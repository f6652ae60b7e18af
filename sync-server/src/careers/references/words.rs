//! Every text of the page on which references are given, in the two languages of the product.

use crate::careers::words::texts;

texts! {
    ReferenceWords;
    title "A reference for {}" "Une référence pour {}";
    greeting "Hello {}," "Bonjour {},";
    text "{} applied at {} for the position: {}. They named you as somebody who can say how they work, and agreed that you are asked." "{} a postulé chez {} pour le poste : {}. Cette personne vous a nommé comme pouvant parler de son travail, et a accepté que l'on vous interroge.";
    any_position "a position" "un poste";
    asked_by "{} asks you." "{} vous interroge.";
    until "You can answer until {}, that day included." "Vous pouvez répondre jusqu'au {} inclus.";
    who_reads "What you write is read by the people at {} who hire for this position. The person it is about may ask to read it." "Ce que vous écrivez est lu par les personnes de {} qui recrutent pour ce poste. La personne concernée peut demander à le lire.";
    questions "Your answers" "Vos réponses";
    leave_out "Leave out what you would rather not answer." "Laissez vide ce à quoi vous préférez ne pas répondre.";
    send "Send the reference" "Envoyer la référence";
    error_title "This could not be sent" "L'envoi n'a pas pu se faire";
    error_none "Answer at least one question." "Répondez à au moins une question.";
    error_long "Write at most {} characters; these are {}." "Écrivez au plus {} caractères ; il y en a {}.";
    error_long_at "Question {}: write at most {} characters." "Question {} : écrivez au plus {} caractères.";
    error_large "This was too much at once, and nothing was sent. Shorten your answers and send them again." "C'était trop à la fois, et rien n'a été envoyé. Raccourcissez vos réponses et renvoyez-les.";
    error_decline "Tick the box to say that you would rather not." "Cochez la case pour dire que vous préférez ne pas répondre.";
    decline_title "I would rather give no reference" "Je préfère ne pas donner de référence";
    decline_confirm "I give no reference." "Je ne donne pas de référence.";
    decline_label "Why, if you like" "Pourquoi, si vous le souhaitez";
    decline "Say so" "Le dire";
    thanks_title "Thank you for your reference" "Merci de votre référence";
    thanks_text "{} has it. You need not do anything else." "{} l'a reçue. Vous n'avez rien d'autre à faire.";
    declined_title "You give no reference" "Vous ne donnez pas de référence";
    declined_text "{} was told. Thank you for your answer." "{} en a été informé. Merci de votre réponse.";
    over_title "This reference is not asked for any more" "Cette référence n'est plus demandée";
    over_text "The last day to answer is over. Write to {} if you have something to say." "Le dernier jour pour répondre est passé. Écrivez à {} si vous avez quelque chose à dire.";
}
