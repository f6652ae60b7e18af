//! Every text of the letters and of the pages on which candidates answer them, in the two languages of the product.

use crate::careers::words::Language;

macro_rules! words {
    ($($name:ident $en:literal $fr:literal;)*) => {
        /// The texts of one language. `{}` stands for a value.
        #[derive(Debug)]
        pub struct LetterWords { $(#[doc = $en] pub $name: &'static str,)* }

        const LETTER_EN: LetterWords = LetterWords { $($name: $en,)* };
        const LETTER_FR: LetterWords = LetterWords { $($name: $fr,)* };
    };
}

words! {
    title "Offer of employment" "Offre d'emploi";
    dear "Dear {}," "Bonjour {},";
    pleased "We are pleased to offer you the position of {} at {}. This letter says on which terms." "Nous avons le plaisir de vous proposer le poste de {} chez {}. Cette lettre en précise les conditions.";
    position "Position" "Poste";
    employment "Employment" "Type d'emploi";
    starts_on "First day" "Premier jour";
    place "Place of work" "Lieu de travail";
    salary "Salary" "Salaire";
    bonus "Yearly bonus, if all goes as planned" "Prime annuelle, si tout se passe comme prévu";
    signing_bonus "Bonus for signing" "Prime à la signature";
    equity "Share of the company" "Participation au capital";
    days_off "Days off a year" "Jours de congé par an";
    benefits "Benefits" "Avantages";
    conditions "Conditions" "Conditions";
    until "You can accept this offer until {}, that day included." "Vous pouvez accepter cette offre jusqu'au {} inclus.";
    signatures "Signatures" "Signatures";
    candidate "The candidate" "La personne candidate";
    signed_on "Signed on {}" "Signé le {}";
    not_signed "Place, date, signature" "Lieu, date, signature";
    file "Offer" "Offre";
    file_signed "Offer-signed" "Offre-signee";
    page "Page {} of {}" "Page {} sur {}";

    record_title "Record of the signatures" "Relevé des signatures";
    record_text "This page says how the letter before it was signed. The candidate confirmed: “{}”" "Cette page indique comment la lettre qui précède a été signée. La personne candidate a confirmé : « {} »";
    record_document "Document" "Document";
    record_version "Version" "Version";
    record_hash "SHA-256 of the letter as it was sent" "SHA-256 de la lettre telle qu'envoyée";
    record_sent_by "Sent and signed for {} by" "Envoyée et signée pour {} par";
    record_sent_at "Sent on" "Envoyée le";
    record_sent_to "Sent to" "Envoyée à";
    record_opened_at "Opened on" "Ouverte le";
    record_from "From the address" "Depuis l'adresse";
    record_signed_as "Signed by the candidate as" "Signée par la personne candidate sous le nom";
    record_signed_at "Signed on" "Signée le";
    record_agent "With the browser" "Avec le navigateur";
    record_seal "This document is sealed with a digital signature (PAdES). Any change that is made to it afterwards shows in programs that check signatures." "Ce document est scellé par une signature numérique (PAdES). Toute modification ultérieure apparaît dans les logiciels qui vérifient les signatures.";
    agree "I have read this offer and accept it. I sign it with my name, typed here." "J'ai lu cette offre et je l'accepte. Je la signe de mon nom, saisi ici.";

    greeting "Hello {}" "Bonjour {}";
    waits "{} has an offer for you: {}." "{} vous fait une offre : {}.";
    read_it "Read the offer" "Lire l'offre";
    for_you_alone "This page is for you alone: whoever has its address can answer in your name." "Cette page n'est destinée qu'à vous : toute personne qui en connaît l'adresse peut répondre en votre nom.";
    as_pdf "The letter as a PDF" "La lettre en PDF";
    signed_pdf "The signed letter as a PDF" "La lettre signée en PDF";
    sign_title "Sign and accept" "Signer et accepter";
    your_name "Your full name" "Votre nom complet";
    name_hint "As it stands on your identity papers." "Tel qu'il figure sur vos papiers d'identité.";
    sign "Sign and accept the offer" "Signer et accepter l'offre";
    counter_title "Ask for something else" "Demander autre chose";
    counter_hint "Say what you would need. {} gets your answer and may write the offer anew." "Dites ce qu'il vous faudrait. {} reçoit votre réponse et peut réécrire l'offre.";
    counter_label "What you ask for" "Ce que vous demandez";
    counter "Send the answer" "Envoyer la réponse";
    decline_title "Decline the offer" "Refuser l'offre";
    decline_hint "The offer ends. You can say why, and need not." "L'offre prend fin. Vous pouvez dire pourquoi, sans obligation.";
    decline_label "Why" "Pourquoi";
    decline "Decline" "Refuser";
    decline_confirm "I decline this offer." "Je refuse cette offre.";
    no_reason "No reason given" "Sans raison donnée";
    error_title "Please check what you typed" "Veuillez vérifier votre saisie";
    error_name "Type your full name: it is your signature." "Saisissez votre nom complet : c'est votre signature.";
    error_agree "Tick the box to say that you accept." "Cochez la case pour dire que vous acceptez.";
    error_reason "Say what you ask for." "Dites ce que vous demandez.";
    error_decline "Tick the box to say that you decline." "Cochez la case pour dire que vous refusez.";
    signed_title "You have signed" "Vous avez signé";
    signed_text "Thank you, {}. {} has your signed letter, and will write to you about what comes next." "Merci, {}. {} a reçu votre lettre signée et vous écrira au sujet de la suite.";
    signed_soon "The signed letter is being prepared. Load this page again in a moment." "La lettre signée est en préparation. Rechargez cette page dans un instant.";
    declined_title "You have declined this offer" "Vous avez refusé cette offre";
    declined_text "{} was told. Thank you for your answer." "{} en a été informé. Merci de votre réponse.";
    countered_title "Your answer has arrived" "Votre réponse est arrivée";
    countered_text "{} reads what you ask for. If the offer is written anew, you get another letter." "{} lit ce que vous demandez. Si l'offre est réécrite, vous recevrez une autre lettre.";
    expired_title "This offer has run out" "Cette offre a expiré";
    expired_text "Its last day is over. If you are still interested, write to {}." "Son dernier jour est passé. Si elle vous intéresse toujours, écrivez à {}.";
    gone_title "This offer is not open any more" "Cette offre n'est plus ouverte";
    gone_text "{} took it back or wrote another one. Look for a newer letter in your mail." "{} l'a retirée ou en a écrit une autre. Cherchez une lettre plus récente dans vos messages.";
    accepted_title "This offer was accepted" "Cette offre a été acceptée";
    accepted_text "{} has noted that you accepted it. You need not do anything here." "{} a noté que vous l'avez acceptée. Vous n'avez rien à faire ici.";
}

impl LetterWords {
    /// The texts of a language.
    #[must_use]
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &LETTER_EN,
            Language::Fr => &LETTER_FR,
        }
    }
}
