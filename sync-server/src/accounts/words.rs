//! Every text of the account pages, in the two languages of the product.

macro_rules! words {
    ($($name:ident $en:literal $fr:literal;)*) => {
        /// The texts in one language. `{}` is filled in.
        #[derive(Debug)]
        pub struct Words {
            /// The tag of the language.
            pub tag: &'static str,
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static EN: Words = Words { tag: "en", $($name: $en,)* };
        static FR: Words = Words { tag: "fr", $($name: $fr,)* };
    };
}

words! {
    ask_title "Forgotten password" "Mot de passe oublié";
    ask_text "Give the address of your account, and we send you a link." "Indiquez l'adresse de votre compte : nous vous enverrons un lien.";
    ask_button "Send me a link" "Envoyez-moi un lien";
    asked_title "Look into your mail" "Consultez votre messagerie";
    asked_text "If this address has an account, a link is on its way. It works for an hour." "Si cette adresse a un compte, un lien vient de partir. Il fonctionne pendant une heure.";
    choose_title "Choose a new password" "Choisissez un nouveau mot de passe";
    choose_text "For the account of {}." "Pour le compte de {}.";
    choose_button "Set the password" "Enregistrer le mot de passe";
    chosen_title "Your password is new" "Votre mot de passe est changé";
    chosen_text "Every session of your account has ended. Open Zumodra and sign in with the new password." "Toutes les sessions de votre compte sont fermées. Ouvrez Zumodra et connectez-vous avec le nouveau mot de passe.";
    join_title "Join {}" "Rejoindre {}";
    join_text "The invitation is for {}." "L'invitation est pour l'adresse {}.";
    join_account "If this address has a Zumodra account already, give its password." "Si cette adresse a déjà un compte Zumodra, donnez son mot de passe.";
    join_button "Join" "Rejoindre";
    joined_title "Welcome to {}" "Bienvenue dans {}";
    joined_text "Open Zumodra on your computer and sign in at {} with your address and password." "Ouvrez Zumodra sur votre ordinateur et connectez-vous à {} avec votre adresse et votre mot de passe.";
    email "E-mail address" "Adresse électronique";
    name "Your name" "Votre nom";
    password "Password" "Mot de passe";
    password_hint "At least 12 characters, not easy to guess." "Au moins 12 caractères, difficiles à deviner.";
    needed "Fill in every field." "Remplissez tous les champs.";
    refused_title "This did not work" "Cela n'a pas fonctionné";
}

impl Words {
    /// The texts in the first of our languages that a browser names; browsers name them in the order of preference.
    #[must_use]
    pub fn of_header(header: &str) -> &'static Self {
        let tags =
            header.split(',').map(|range| range.trim().split(['-', ';', '_']).next().unwrap_or_default());
        let first = tags.map(str::to_ascii_lowercase).find(|tag| tag == EN.tag || tag == FR.tag);
        if first.as_deref() == Some(FR.tag) { &FR } else { &EN }
    }

    /// Whether this is French.
    #[must_use]
    pub fn is_french(&self) -> bool {
        self.tag == FR.tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_of_ours_is_taken() {
        for (header, tag) in [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de,en;q=0.7,fr;q=0.3", "en"), ("", "en")] {
            assert_eq!(Words::of_header(header).tag, tag, "{header}");
        }
    }
}
