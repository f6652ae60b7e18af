//! Every text of the survey's pages, in the two languages of the product; the questions are with their forms.

use crate::careers::words::texts;

texts! {
    SurveyWords;
    offer_title "One more thing, if you like" "Une dernière chose, si vous le souhaitez";
    offer_text "{} asks everybody who applies a few questions about equal opportunity. Answering is voluntary, and kept apart from your application." "{} pose à toutes les personnes qui postulent quelques questions sur l'égalité des chances. Y répondre est facultatif, et les réponses sont conservées à part de votre candidature.";
    offer_link "See the questions" "Voir les questions";
    title "Equal opportunity at {}" "L'égalité des chances chez {}";
    voluntary "Answering is voluntary. Whatever you answer, or do not, has no part in what becomes of your application." "Répondre est facultatif. Vos réponses, ou leur absence, n'ont aucune incidence sur votre candidature.";
    apart "Your answers are not kept with your name or your application. They are added to the numbers for the half-year, of all jobs together, and nobody can tell which were yours, so they cannot be shown to you or changed later either." "Vos réponses ne sont pas conservées avec votre nom ni votre candidature. Elles s'ajoutent aux nombres du semestre, tous postes confondus, et personne ne peut dire lesquelles sont les vôtres : on ne peut donc ni vous les montrer ni les modifier ensuite.";
    seen "Those who decide on applications see none of it. The people who run the workspace see sums once the half-year is over, and none so small that it could point to somebody." "Les personnes qui décident des candidatures n'en voient rien. Celles qui administrent l'espace de travail voient des totaux une fois le semestre écoulé, jamais assez petits pour désigner quelqu'un.";
    send "Send my answers" "Envoyer mes réponses";
    leave "No, thank you" "Non, merci";
    error_title "Nothing was sent yet" "Rien n'a encore été envoyé";
    error_none "Choose at least one answer, or leave this page: nothing is expected of you." "Choisissez au moins une réponse, ou quittez cette page : rien n'est attendu de vous.";
    done_title "Thank you" "Merci";
    done_text "Your answers were counted. They are not kept with your application." "Vos réponses ont été comptées. Elles ne sont pas conservées avec votre candidature.";
    used_title "There is nothing to answer here" "Il n'y a rien à répondre ici";
    used_text "These questions can be answered once for each application, on the same day and in the same browser." "On peut répondre à ces questions une seule fois par candidature, le jour même et dans le même navigateur.";
}
