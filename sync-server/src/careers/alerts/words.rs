//! Every text of the pages of job alerts, in the two languages of the product.

use crate::careers::words::texts;

texts! {
    AlertWords;
    title "Hear of new positions" "Être averti des nouveaux postes";
    all "We write to you when {} has a new position, and you end it with one click." "Nous vous écrirons quand {} ouvrira un nouveau poste ; un clic suffit pour arrêter.";
    narrowed "We write to you when {} has a new position for: {}. You end it with one click." "Nous vous écrirons quand {} ouvrira un nouveau poste pour : {}. Un clic suffit pour arrêter.";
    every "How often" "À quelle fréquence";
    at_once "As soon as there is one" "Dès qu'il y en a un";
    daily "Once a day at most" "Une fois par jour au plus";
    weekly "Once a week at most" "Une fois par semaine au plus";
    manage_title "Or less often" "Ou moins souvent";
    manage_text "Choose how often we write, or pause it: what is published meanwhile is not told later." "Choisissez à quelle fréquence nous écrivons, ou faites une pause : ce qui est publié entre-temps n'est pas annoncé ensuite.";
    paused_text "It is paused: nothing is sent until you have it go on." "C'est en pause : rien n'est envoyé jusqu'à la reprise.";
    every_button "Change how often" "Changer la fréquence";
    pause_button "Pause" "Mettre en pause";
    resume_button "Go on" "Reprendre";
    changed_title "It is changed" "C'est modifié";
    every_text "{} writes to you about new positions as often as you chose." "{} vous écrira au sujet des nouveaux postes à la fréquence choisie.";
    pause_text "{} writes nothing about new positions until you have it go on, by the link of any of its messages." "{} n'écrira plus au sujet des nouveaux postes jusqu'à la reprise, par le lien de n'importe lequel de ses messages.";
    resume_text "{} writes to you again about what is published from now on." "{} vous écrira de nouveau au sujet de ce qui est publié à partir de maintenant.";
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
