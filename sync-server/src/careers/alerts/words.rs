//! Every text of the pages of job alerts, in the two languages of the product.

use crate::careers::words::texts;

texts! {
    AlertWords;
    title "Hear of new positions" "Être averti des nouveaux postes";
    all "We write to you when {} has a new position: once a day at most, and you end it with one click." "Nous vous écrirons quand {} ouvrira un nouveau poste : une fois par jour au plus, et un clic suffit pour arrêter.";
    narrowed "We write to you when {} has a new position for: {}. Once a day at most, and you end it with one click." "Nous vous écrirons quand {} ouvrira un nouveau poste pour : {}. Une fois par jour au plus, et un clic suffit pour arrêter.";
    send "Write to me" "M'écrire";
    sent_title "One more step" "Encore une étape";
    sent_text "A message is on its way to you. Follow its link to say that it was you who asked." "Un message vous est envoyé. Suivez son lien pour confirmer que la demande vient de vous.";
    on_title "Hear of new positions?" "Être averti des nouveaux postes ?";
    on_text "{} writes to you when there is a new position." "{} vous écrira quand un nouveau poste sera ouvert.";
    on_button "Yes, write to me" "Oui, écrivez-moi";
    on_done_title "You hear from us" "C'est noté";
    on_done_text "{} writes to you when there is a new position. Each message has a link that ends it." "{} vous écrira quand un nouveau poste sera ouvert. Chaque message contient un lien pour arrêter.";
    off_title "No more messages?" "Ne plus recevoir de messages ?";
    off_text "{} stops writing to you about new positions." "{} cessera de vous écrire au sujet des nouveaux postes.";
    off_button "Stop writing to me" "Ne plus m'écrire";
    off_done_title "We stop writing" "Nous n'écrivons plus";
    off_done_text "You get no more messages about new positions from {}." "Vous ne recevrez plus de messages de {} au sujet des nouveaux postes.";
    gone_title "There is nothing here any more" "Il n'y a plus rien ici";
    gone_text "This was ended, or was not confirmed in time. You can ask for it again." "Cela a été arrêté, ou n'a pas été confirmé à temps. Vous pouvez le demander à nouveau.";
}
