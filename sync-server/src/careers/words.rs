//! Every text of the career pages, in the two languages of the product.

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// Every language of the pages.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language of a tag such as `fr-CA`, if it is one of ours.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "fr" => Some(Self::Fr),
            _ => None,
        }
    }

    /// The first of ours in an `Accept-Language` header, by weight.
    #[must_use]
    pub fn of_header(header: &str) -> Option<Self> {
        /// Languages that are looked at; a browser sends a handful.
        const MAX_RANGES: usize = 20;
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',').take(MAX_RANGES) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            if let Some(language) = Self::of_tag(tag)
                && weight > 0.0
                && best.is_none_or(|(found, _)| weight > found)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The tag that OpenGraph wants.
    #[must_use]
    pub const fn open_graph(self) -> &'static str {
        match self {
            Self::En => "en_US",
            Self::Fr => "fr_FR",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Fr,
            Self::Fr => Self::En,
        }
    }

    /// Its texts.
    #[must_use]
    pub const fn words(self) -> &'static Words {
        match self {
            Self::En => &WORDS_EN,
            Self::Fr => &WORDS_FR,
        }
    }
}

/// Texts of a part of the pages, in both languages: `texts! { Name; field "English" "Français"; … }`.
macro_rules! texts {
    ($type:ident; $($name:ident $en:literal $fr:literal;)*) => {
        /// The texts of one language. `{}` stands for a value.
        #[derive(Debug)]
        pub struct $type { $(#[doc = $en] pub $name: &'static str,)* }

        impl $type {
            const EN: Self = Self { $($name: $en,)* };
            const FR: Self = Self { $($name: $fr,)* };

            /// The texts of a language.
            #[must_use]
            pub const fn of(language: crate::careers::words::Language) -> &'static Self {
                match language {
                    crate::careers::words::Language::En => &Self::EN,
                    crate::careers::words::Language::Fr => &Self::FR,
                }
            }
        }
    };
}
pub(super) use texts;

macro_rules! words {
    ($($name:ident $en:literal $fr:literal;)*) => {
        /// The texts of one language. `{}` stands for a value.
        #[derive(Debug)]
        pub struct Words { $(#[doc = $en] pub $name: &'static str,)* }

        const WORDS_EN: Words = Words { $($name: $en,)* };
        const WORDS_FR: Words = Words { $($name: $fr,)* };
    };
}

words! {
    skip "Skip to the content" "Aller au contenu";
    language_switch "Français" "English";
    open_positions "Open positions" "Postes ouverts";
    search_label "Search jobs" "Rechercher un poste";
    search_hint "Title, skill, team or city" "Titre, compétence, équipe ou ville";
    team "Team" "Équipe";
    city "City" "Ville";
    place "Location" "Lieu";
    remote "Workplace" "Mode de travail";
    job_type "Employment" "Type d'emploi";
    experience "Experience" "Expérience";
    sort "Sort by" "Trier par";
    sort_newest "Newest first" "Plus récents";
    sort_title "Title, A to Z" "Titre, de A à Z";
    sort_deadline "Closing soonest" "Clôture la plus proche";
    sort_distance "Nearest first" "Les plus proches";
    near "Near" "Près de";
    near_hint "A city, as in Lyon or Portland, Maine" "Une ville, comme Lyon ou Portland, Maine";
    within_label "Within" "Dans un rayon de";
    within "{} km" "{} km";
    distance "{} km from {}" "à {} km de {}";
    place_unknown "We do not know where “{}” is, so distance was left aside. Try a larger city nearby, or add its country." "Nous ne savons pas où se trouve « {} » : la distance n’est pas prise en compte. Essayez une plus grande ville voisine, ou ajoutez le pays.";
    any "All" "Tous";
    any_f "All" "Toutes";
    search "Search" "Rechercher";
    clear "Clear search and filters" "Effacer la recherche et les filtres";
    count_one "1 open position" "1 poste ouvert";
    count_many "{} open positions" "{} postes ouverts";
    found_one "1 position found" "1 poste trouvé";
    found_many "{} positions found" "{} postes trouvés";
    none_open "There are no open positions at the moment." "Il n'y a aucun poste ouvert pour le moment.";
    none_open_hint "New positions appear here. Please look again in a while." "Les nouveaux postes paraissent ici. Revenez dans quelque temps.";
    none_found "No position matches this search." "Aucun poste ne correspond à cette recherche.";
    none_found_hint "Try fewer words or fewer filters." "Essayez avec moins de mots ou moins de filtres.";
    see_all "See all open positions" "Voir tous les postes ouverts";
    pages "Pages" "Pages";
    page_of "Page {} of {}" "Page {} sur {}";
    previous "Previous" "Précédent";
    next "Next" "Suivant";
    about "About us" "À propos de nous";
    featured "Featured" "En vedette";
    posted "Posted" "Publié le";
    closes "Apply by" "Candidature avant le";
    salary "Salary" "Rémunération";
    equity "Equity" "Participation au capital";
    equity_offered "Offered" "Proposée";
    apply_elsewhere "Apply on the company’s own site" "Postuler sur le site de l’entreprise";
    reference "Reference" "Référence";
    positions "Openings" "Nombre de postes";
    reports_to "Reports to" "Sous la responsabilité de";
    facts "The position at a glance" "Le poste en bref";
    description "About the position" "Le poste";
    responsibilities "What you will do" "Vos missions";
    requirements "What you bring" "Votre profil";
    nice_to_have "What would help" "Les atouts";
    benefits "What you get" "Nos avantages";
    skills "Skills" "Compétences";
    skills_plus "Skills that would help" "Compétences appréciées";
    languages "Languages" "Langues";
    certifications "Certificates" "Certifications";
    education "Education" "Formation";
    apply_for "Apply for {}" "Postuler : {}";
    apply_now "Apply for this position" "Postuler à ce poste";
    back_to_jobs "All open positions" "Tous les postes ouverts";
    back_to_job "Back to the position" "Retour au poste";
    form_intro "It takes about two minutes. You need no account." "Cela prend environ deux minutes. Aucun compte n'est nécessaire.";
    optional "optional" "facultatif";
    you "About you" "Vous";
    first_name "Given name" "Prénom";
    last_name "Family name" "Nom";
    email "E-mail address" "Adresse e-mail";
    email_hint "We write to this address about your application." "Nous écrivons à cette adresse au sujet de votre candidature.";
    phone "Telephone" "Téléphone";
    links "Links" "Liens";
    linkedin "LinkedIn profile" "Profil LinkedIn";
    website "Website or portfolio" "Site ou portfolio";
    url_hint "An address such as https://example.com" "Une adresse telle que https://example.com";
    your_resume "Your résumé" "Votre CV";
    read_ask "Fill in the form from it" "Remplir le formulaire à partir du CV";
    read_hint "We read your file and fill in what is empty below. Nothing is sent yet." "Nous lisons votre fichier et remplissons ce qui est vide ci-dessous. Rien n'est encore envoyé.";
    reading "Reading…" "Lecture…";
    read_from "From your résumé: please check it." "D'après votre CV : à vérifier.";
    read_one "One field was filled in from your résumé. Please check it, and complete the rest." "Un champ a été rempli d'après votre CV. Vérifiez-le et complétez le reste.";
    read_many "{} fields were filled in from your résumé. Please check them, and complete the rest." "{} champs ont été remplis d'après votre CV. Vérifiez-les et complétez le reste.";
    read_nothing "We have your file, but found nothing in it that is missing below. Please fill in the form yourself." "Nous avons votre fichier, mais n'y avons rien trouvé qui manque ci-dessous. Veuillez remplir le formulaire vous-même.";
    read_scan "We have your file. Its pages are pictures, so nothing could be read from it. Please fill in the form yourself." "Nous avons votre fichier. Ses pages sont des images : rien n'a pu y être lu. Veuillez remplir le formulaire vous-même.";
    read_locked "We have your file. It asks for a password, so nothing could be read from it. Please fill in the form yourself." "Nous avons votre fichier. Il demande un mot de passe : rien n'a pu y être lu. Veuillez remplir le formulaire vous-même.";
    read_busy "Résumés cannot be read at the moment. Please fill in the form yourself." "Les CV ne peuvent pas être lus pour le moment. Veuillez remplir le formulaire vous-même.";
    github "GitHub profile" "Profil GitHub";
    practical "Practical matters" "Questions pratiques";
    salary_wish "What you would like to earn" "La rémunération que vous souhaitez";
    salary_wish_hint "A wish, before taxes. Please do not say what you earn now or earned before." "Un souhait, avant impôts. N'indiquez pas ce que vous gagnez ou gagniez.";
    salary_currency "Currency" "Devise";
    salary_currency_hint "Three letters, as in CAD or EUR" "Trois lettres, comme CAD ou EUR";
    salary_per "Per" "Par";
    notice "Notice period, in days" "Préavis, en jours";
    notice_hint "How long you are bound where you work now; 0 for not at all." "La durée pendant laquelle vous êtes engagé(e) à votre poste actuel ; 0 pour aucune.";
    start "First day on which you could start" "Premier jour possible";
    permit "Right to work" "Autorisation de travail";
    permit_hint "In a few words, as in: citizen, or work permit until 2028" "En quelques mots, comme : citoyenne, ou permis de travail jusqu'en 2028";
    home "City in which you live" "Ville où vous habitez";
    document_hint "One PDF, DOCX, ODT or TXT file, up to 10 MB." "Un fichier PDF, DOCX, ODT ou TXT, 10 Mo au plus.";
    several_hint "Choose all that apply." "Plusieurs réponses possibles.";
    keep_in_mind "{} may keep me in mind for other positions too." "{} peut aussi penser à moi pour d'autres postes.";
    keep_in_mind_hint "This is up to you, and changes nothing about this application. You can take it back at any time on the page on which you see your applications." "C'est à vous de choisir, et cela ne change rien à cette candidature. Vous pouvez revenir dessus à tout moment sur la page où vous voyez vos candidatures.";
    keep_in_mind_months "This is up to you, and changes nothing about this application: at the latest {} months after your last application is over it is looked at whether you are still kept. You can take it back at any time on the page on which you see your applications." "C'est à vous de choisir, et cela ne change rien à cette candidature : au plus tard {} mois après la fin de votre dernière candidature, la conservation de vos données est réexaminée. Vous pouvez revenir dessus à tout moment sur la page où vous voyez vos candidatures.";
    letter "What you want to add" "Ce que vous voulez ajouter";
    resume "Résumé" "CV";
    resume_hint "PDF, DOCX, ODT or TXT, up to 10 MB." "PDF, DOCX, ODT ou TXT, 10 Mo au plus.";
    resume_kept "We have your file {}. Choose another one only to replace it." "Nous avons votre fichier {}. N'en choisissez un autre que pour le remplacer.";
    cover_letter "Cover letter" "Lettre de motivation";
    cover_letter_hint "Up to 10,000 characters." "10 000 caractères au plus.";
    questions "Questions about the position" "Questions sur le poste";
    yes "Yes" "Oui";
    no "No" "Non";
    choose "Please choose" "Veuillez choisir";
    date_hint "Year, month, day: 2026-01-31" "Année, mois, jour : 2026-01-31";
    consent "I agree that {} keeps what I send here in order to handle my application." "J'accepte que {} conserve ce que j'envoie ici afin de traiter ma candidature.";
    consent_title "Your data" "Vos données";
    consent_hint "You can ask at any time for your data to be deleted." "Vous pouvez demander à tout moment la suppression de vos données.";
    honeypot "Leave this field empty" "Laissez ce champ vide";
    send "Send the application" "Envoyer la candidature";
    sending "Sending…" "Envoi en cours…";
    errors_title "Please check the form" "Veuillez vérifier le formulaire";
    errors_intro "Nothing was sent yet, and what you typed is kept." "Rien n'a encore été envoyé, et votre saisie est conservée.";
    error_prefix "Error:" "Erreur :";
    error_required "This is needed." "Ce champ est nécessaire.";
    error_too_long "Write at most {} characters." "Écrivez au plus {} caractères.";
    error_unreadable "Some characters could not be read. Please type them again." "Certains caractères n'ont pas pu être lus. Veuillez les saisir à nouveau.";
    error_email "Write an e-mail address, as in name@example.com." "Écrivez une adresse e-mail, comme nom@example.com.";
    error_phone "Write a telephone number, as in +1 514 555 0100." "Écrivez un numéro de téléphone, comme +33 1 55 55 01 00.";
    error_url "Write an address that begins with https://." "Écrivez une adresse qui commence par https://.";
    error_linkedin "Write the address of a LinkedIn profile, as in https://www.linkedin.com/in/name." "Écrivez l'adresse d'un profil LinkedIn, comme https://www.linkedin.com/in/nom.";
    error_number "Write a number." "Écrivez un nombre.";
    error_date "Write a day as year, month, day: 2026-01-31." "Écrivez une date sous la forme année, mois, jour : 2026-01-31.";
    error_choice "Choose one of the answers." "Choisissez une des réponses.";
    error_several "Choose at least one of the answers." "Choisissez au moins une des réponses.";
    error_whole "Write a whole number from 0 to {}." "Écrivez un nombre entier de 0 à {}.";
    error_amount "Write an amount, as in 65,000." "Écrivez un montant, comme 65 000.";
    error_currency "Write a currency as three letters, as in CAD or EUR." "Écrivez une devise en trois lettres, comme CAD ou EUR.";
    error_document "Choose a file." "Choisissez un fichier.";
    error_consent "We need your agreement to keep your application." "Votre accord est nécessaire pour conserver votre candidature.";
    error_resume "Choose a file with your résumé." "Choisissez un fichier contenant votre CV.";
    error_file_type "This file was not taken. Send a PDF, DOCX, ODT or TXT file whose content is what its name says." "Ce fichier n'a pas été accepté. Envoyez un fichier PDF, DOCX, ODT ou TXT dont le contenu correspond au nom.";
    error_file_large "This file is larger than 10 MB. Please choose a smaller one." "Ce fichier dépasse 10 Mo. Veuillez en choisir un plus petit.";
    error_file_again "Please choose the file again: it was not kept." "Veuillez choisir à nouveau le fichier : il n'a pas été conservé.";
    error_fast "This was sent faster than a person types. Please wait a few seconds and send it again." "Le formulaire a été envoyé plus vite qu'on ne tape. Attendez quelques secondes et renvoyez-le.";
    error_expired "This form was open for too long. Please send it again." "Ce formulaire est resté ouvert trop longtemps. Veuillez le renvoyer.";
    error_often "Too many applications came from your network. Please try again in a while." "Trop de candidatures sont arrivées de votre réseau. Réessayez dans un moment.";
    sent_title "Your application has arrived" "Votre candidature est arrivée";
    sent_text "Thank you. {} has received your application for {}." "Merci. {} a bien reçu votre candidature au poste : {}.";
    sent_next "Somebody will read it and write to the e-mail address that you gave." "Elle sera lue, et une réponse sera envoyée à l'adresse e-mail que vous avez indiquée.";
    not_found_title "This page does not exist" "Cette page n'existe pas";
    not_found_text "The address may be mistyped, or the page was moved." "L'adresse est peut-être mal saisie, ou la page a été déplacée.";
    gone_title "This position is no longer open" "Ce poste n'est plus ouvert";
    gone_text "Applications are not taken any more. Other positions may suit you." "Les candidatures sont closes. D'autres postes peuvent vous convenir.";
    too_large_title "This is too much at once" "C'est trop à la fois";
    too_large_text "Nothing was sent. A résumé may have up to 10 MB: please go back and choose a smaller file." "Rien n'a été envoyé. Un CV peut faire 10 Mo au plus : revenez en arrière et choisissez un fichier plus petit.";
    unreadable_title "The form could not be read" "Le formulaire n'a pas pu être lu";
    unreadable_text "Nothing was sent. Please go back and send it again." "Rien n'a été envoyé. Revenez en arrière et renvoyez-le.";
    often_title "Too many requests" "Trop de requêtes";
    often_text "Nothing was lost. Please try again in a while." "Rien n'est perdu. Réessayez dans un moment.";
    suspended_title "This page is not available" "Cette page n'est pas disponible";
    suspended_text "The workspace is suspended at the moment." "L'espace est suspendu pour le moment.";
    signed_out_title "You were signed out meanwhile" "Vous avez été déconnecté entre-temps";
    signed_out_text "This was not sent. Copy what you wrote, ask for a new link, and send it again." "Ceci n'a pas été envoyé. Copiez ce que vous avez écrit, demandez un nouveau lien et renvoyez-le.";
    kept_label "What you wrote" "Ce que vous avez écrit";
    failed_title "Something went wrong on our side" "Une erreur s'est produite de notre côté";
    failed_text "Nothing was saved. Please try again in a moment." "Rien n'a été enregistré. Réessayez dans un instant.";
    error_pressure "Many forms are arriving at the moment, so each one is checked. Please press Send again; if your browser runs no scripts, wait a minute before you do." "De nombreux formulaires arrivent en ce moment : chacun est vérifié. Veuillez appuyer de nouveau sur Envoyer ; si votre navigateur n'exécute pas de scripts, attendez une minute avant de le faire.";
    checking "Checking…" "Vérification…";
    spontaneous_ask "No position that fits?" "Aucun poste ne vous correspond ?";
    spontaneous_hint "Tell us what you do. We write to you when something fits." "Dites-nous ce que vous faites. Nous vous écrirons si un poste s'y prête.";
    spontaneous_title "Apply without a position" "Candidature spontanée";
    wish "What you do" "Ce que vous faites";
    headline "What you do, in one line" "Votre métier, en une ligne";
    summary "What you do and what you look for" "Ce que vous faites et ce que vous cherchez";
    summary_hint "A few sentences are enough." "Quelques phrases suffisent.";
    sent_spontaneous "Thank you. {} has received your application." "Merci. {} a bien reçu votre candidature.";
    alert "Hear of new positions by e-mail" "Être averti des nouveaux postes par e-mail";
    portal "Your application" "Votre candidature";
    portal_see "See where it stands" "Voir où elle en est";
    privacy "Privacy policy" "Politique de confidentialité";
    terms "Terms of use" "Conditions d'utilisation";
    salary_least "Pay, at least" "Rémunération, au moins";
    salary_from "{} {} a year" "{} {} par an";
    salary_told "at least {} a year" "au moins {} par an";
    ways "About the company" "L'entreprise";
    elsewhere "Find us elsewhere" "Nous retrouver ailleurs";
    film "Watch the film" "Voir le film";
    preview "This is a preview: it also shows what is hidden and what is a draft." "Ceci est un aperçu : il montre aussi ce qui est masqué et les brouillons.";
    consent_changed "This text was changed meanwhile. Please read it again." "Ce texte a été modifié entre-temps. Veuillez le relire.";
    consent_months "We keep what you send for {} months after your application ended." "Nous conservons ce que vous envoyez {} mois après la fin de votre candidature.";
    consent_month "We keep what you send for one month after your application ended." "Nous conservons ce que vous envoyez un mois après la fin de votre candidature.";
    footer "Made with Zumodra" "Réalisé avec Zumodra";
}

/// Puts values into a text, one for each `{}`.
#[must_use]
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        filled.push_str(values.get(index).copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

/// A choice's wire name in words: where work is done, the form of employment, the experience, what pay is per.
#[must_use]
pub fn choice(language: Language, name: &str) -> String {
    /// Wire name, English, French.
    const CHOICES: &[(&str, &str, &str)] = &[
        ("on_site", "On site", "Sur place"),
        ("remote", "Remote", "À distance"),
        ("hybrid", "Hybrid", "Hybride"),
        ("flexible", "Flexible", "Au choix"),
        ("full_time", "Full time", "Temps plein"),
        ("part_time", "Part time", "Temps partiel"),
        ("contract", "Contract", "Contrat de mission"),
        ("internship", "Internship", "Stage"),
        ("temporary", "Temporary", "Temporaire"),
        ("freelance", "Freelance", "Indépendant"),
        ("entry", "Entry level", "Débutant"),
        ("junior", "Junior, 1 to 2 years", "Junior, 1 à 2 ans"),
        ("mid", "2 to 5 years", "2 à 5 ans"),
        ("senior", "Senior, 5 to 8 years", "Confirmé, 5 à 8 ans"),
        ("lead", "Lead, 8 to 12 years", "Responsable, 8 à 12 ans"),
        ("executive", "Executive, 10 years and more", "Direction, 10 ans et plus"),
        ("yearly", "per year", "par an"),
        ("monthly", "per month", "par mois"),
        ("weekly", "per week", "par semaine"),
        ("daily", "per day", "par jour"),
        ("hourly", "per hour", "par heure"),
        ("once", "once", "une fois"),
        ("options", "Stock options", "Options d'achat d'actions"),
        ("rsu", "Restricted stock units", "Actions gratuites"),
        ("espp", "Stock purchase plan", "Plan d'achat d'actions"),
        ("phantom", "Phantom stock", "Actions fantômes"),
    ];
    match CHOICES.iter().find(|(wire, _, _)| *wire == name) {
        Some((_, en, fr)) => match language {
            Language::En => (*en).to_owned(),
            Language::Fr => (*fr).to_owned(),
        },
        // A value of a newer version is shown as it is called.
        None => name.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_of_ours_wins() {
        assert_eq!(Language::of_header("de, fr-CA;q=0.8, en;q=0.9"), Some(Language::En));
        assert_eq!(Language::of_header("fr-FR,fr;q=0.9,en;q=0.8"), Some(Language::Fr));
        assert_eq!(Language::of_header("de, es;q=0.5"), None);
        assert_eq!(Language::of_header("en;q=0, ;;q=x,,"), None);
    }

    #[test]
    fn values_stand_where_the_text_wants_them() {
        assert_eq!(fill("Page {} of {}", &["1", "3"]), "Page 1 of 3");
        assert_eq!(fill("no place", &["1"]), "no place");
        assert_eq!(fill("{} and {}", &["one"]), "one and ");
    }
}
