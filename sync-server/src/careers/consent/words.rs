//! Every text of the pages of the question, in the two languages of the product.

use crate::careers::words::texts;

texts! {
    ConsentWords;
    title "May {} keep what it has of you?" "{} peut-il conserver ce qu'il a de vous ?";
    text "You applied, or were known there as somebody for a later position. If you say yes, what {} has of you is kept until {}, and you may be asked for positions to come." "Vous avez postulé, ou l'on vous y connaît pour un poste à venir. Si vous dites oui, ce que {} a de vous est conservé jusqu'au {}, et l'on pourra vous solliciter pour de futurs postes.";
    button "Yes, keep it" "Oui, conservez-le";
    no "No" "Non";
    yes_title "Thank you" "Merci";
    yes_text "{} keeps what it has of you until {}. You can ask for its deletion at any time." "{} conserve ce qu'il a de vous jusqu'au {}. Vous pouvez en demander la suppression à tout moment.";
    no_title "Not any longer?" "Plus maintenant ?";
    no_text "{} is told that you do not agree any more, and deletes what the law does not ask it to keep." "{} est informé que vous n'êtes plus d'accord, et supprime ce que la loi ne lui demande pas de garder.";
    no_button "No, do not keep it" "Non, ne le conservez pas";
    back "Back" "Retour";
    no_done_title "It is noted" "C'est noté";
    no_done_text "{} knows that you do not agree any more." "{} sait que vous n'êtes plus d'accord.";
    gone_title "There is no question here any more" "Il n'y a plus de question ici";
    gone_text "It was answered, or was not asked by {}." "Elle a reçu sa réponse, ou n'a pas été posée par {}.";
}
