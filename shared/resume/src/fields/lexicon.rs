//! Words by which the parts of a résumé are known, in English and French, without accents and in small letters.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A part of a résumé.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    /// What stands before the first heading.
    Head,
    Summary,
    Experience,
    Education,
    Skills,
    Languages,
    Certifications,
    Contact,
    /// Whatever else has a heading.
    Other,
}

/// Small letters without accents.
pub(crate) fn fold(text: &str) -> String {
    text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// The words of a text, folded.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '+' || letter == '#'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words of headings, with the part that they name and how surely.
const HEADING_WORDS: &[(&str, Section, u8)] = {
    use Section::{Certifications, Contact, Education, Experience, Languages, Other, Skills, Summary};
    &[
        ("summary", Summary, 3), ("profile", Summary, 2), ("profil", Summary, 2), ("objective", Summary, 3),
        ("objectif", Summary, 3), ("objectifs", Summary, 3), ("about", Summary, 3), ("propos", Summary, 3),
        ("overview", Summary, 2), ("introduction", Summary, 2), ("presentation", Summary, 1), ("statement", Summary, 2),
        ("resume", Summary, 1), ("accroche", Summary, 2), ("synthese", Summary, 2), ("bio", Summary, 2),
        ("experience", Experience, 4), ("experiences", Experience, 4), ("employment", Experience, 4),
        ("emploi", Experience, 3), ("emplois", Experience, 3), ("career", Experience, 1), ("carriere", Experience, 1),
        ("work", Experience, 1), ("parcours", Experience, 1), ("internships", Experience, 3),
        ("internship", Experience, 3), ("stages", Experience, 3), ("positions", Experience, 2),
        ("education", Education, 3), ("formation", Education, 3), ("formations", Education, 3),
        ("studies", Education, 2), ("etudes", Education, 2), ("academic", Education, 2), ("academique", Education, 2),
        ("diplome", Education, 2), ("diplomes", Education, 2), ("scolarite", Education, 3), ("cursus", Education, 2),
        ("scolaire", Education, 2), ("training", Education, 1), ("degrees", Education, 2),
        ("skills", Skills, 2), ("skill", Skills, 2), ("competences", Skills, 2), ("competencies", Skills, 2),
        ("competence", Skills, 2), ("technologies", Skills, 2), ("expertise", Skills, 2), ("tools", Skills, 2),
        ("outils", Skills, 2), ("aptitudes", Skills, 2), ("abilities", Skills, 2), ("proficiencies", Skills, 2),
        ("logiciels", Skills, 2), ("informatique", Skills, 1), ("stack", Skills, 2), ("skillset", Skills, 2),
        ("languages", Languages, 3), ("langues", Languages, 3), ("linguistiques", Languages, 3),
        ("language", Languages, 3), ("langue", Languages, 3),
        ("certifications", Certifications, 2), ("certification", Certifications, 2),
        ("certificates", Certifications, 2), ("certificats", Certifications, 2), ("licenses", Certifications, 2),
        ("licences", Certifications, 1), ("accreditations", Certifications, 2), ("habilitations", Certifications, 2),
        ("contact", Contact, 2), ("contacts", Contact, 2), ("coordonnees", Contact, 3), ("links", Contact, 2),
        ("liens", Contact, 2), ("details", Contact, 1),
        ("projects", Other, 2), ("projets", Other, 2), ("project", Other, 2), ("publications", Other, 3),
        ("awards", Other, 3), ("honors", Other, 3), ("honours", Other, 3), ("distinctions", Other, 3),
        ("prix", Other, 3), ("interests", Other, 3), ("hobbies", Other, 3), ("loisirs", Other, 3),
        ("interet", Other, 3), ("interets", Other, 3), ("references", Other, 3), ("volunteer", Other, 1),
        ("volunteering", Other, 3), ("benevolat", Other, 3), ("benevole", Other, 1), ("associative", Other, 3),
        ("activities", Other, 3), ("activity", Other, 3), ("activite", Other, 3), ("activites", Other, 3), ("extracurricular", Other, 3), ("involvement", Other, 3),
        ("coursework", Other, 3), ("courses", Other, 1), ("cours", Other, 1), ("achievements", Other, 3),
        ("accomplishments", Other, 3), ("realisations", Other, 3), ("patents", Other, 3), ("conferences", Other, 3),
        ("presentations", Other, 3), ("talks", Other, 3), ("memberships", Other, 3), ("affiliations", Other, 3),
        ("strengths", Other, 3), ("atouts", Other, 3), ("qualites", Other, 3), ("leadership", Other, 1),
        ("community", Other, 1), ("informations", Other, 1), ("information", Other, 1), ("additional", Other, 1),
        ("divers", Other, 3), ("passions", Other, 3), ("research", Other, 1), ("recherche", Other, 1),
        ("portfolio", Other, 2), ("writing", Other, 2), ("committees", Other, 3), ("engagements", Other, 3),
        ("engagement", Other, 3), ("philosophy", Other, 3), ("qualifications", Other, 1),
    ]
};

/// Words that headings have besides.
const HEADING_FILLERS: &[&str] = &[
    "and", "et", "of", "de", "des", "du", "d", "la", "le", "les", "l", "en", "my", "mes", "mon", "ma", "me", "a", "moi",
    "professional", "professionnelle", "professionnelles", "professionnel", "professionnels", "technical", "technique",
    "techniques", "key", "core", "main", "principales", "cles", "complementaires", "relevant", "other", "autres",
    "personal", "personnelles", "personnel", "personnels", "history", "historique", "soft", "hard", "areas", "domaines",
    "highlights", "background", "digital", "numeriques", "spoken", "foreign", "etrangeres", "parlees", "in", "the",
    "centres", "centre", "vie", "executive", "program", "university", "campus", "on", "job", "selected", "special",
    "general", "transversales", "metier", "it", "computer", "area", "cv", "comportementales", "informatiques",
];

fn heading_word(word: &str) -> Option<(Section, u8)> {
    HEADING_WORDS.iter().find(|(known, ..)| *known == word).map(|(_, section, strength)| (*section, *strength))
}

/// Words of the longest heading.
const MAX_HEADING_WORDS: usize = 6;

/// The part that a text heads, when it is a heading and nothing else.
pub(crate) fn section_of(text: &str) -> Option<Section> {
    let text = text.trim();
    let is_broken = |letter: char| letter.is_ascii_digit() || ",;.!?@".contains(letter);
    if text.len() > 80 || text.trim_end_matches(['.', ':']).contains(is_broken) {
        return None;
    }
    let mut words = words(text);
    // Letters that are set apart.
    if words.len() >= 5 && words.iter().filter(|word| word.chars().count() == 1).count() * 10 >= words.len() * 8 {
        words = whole_words(&words.concat())?;
    }
    if words.is_empty() || words.len() > MAX_HEADING_WORDS {
        return None;
    }
    let mut best: Option<(Section, u8)> = None;
    for word in &words {
        match heading_word(word) {
            Some((section, strength)) if best.is_none_or(|(_, most)| strength > most) => {
                best = Some((section, strength));
            }
            Some(_) => {}
            None if HEADING_FILLERS.contains(&word.as_str()) => {}
            None => return None,
        }
    }
    // In French it is about the person, in English about what they presented.
    let is_french = text.contains(['é', 'É']);
    best.map(|(section, _)| section).map(|section| match section {
        Section::Summary if words.iter().any(|word| word == "presentation") && !is_french => Section::Other,
        section => section,
    })
}

/// Letters parted into the words of headings.
fn whole_words(letters: &str) -> Option<Vec<String>> {
    let known = || HEADING_WORDS.iter().map(|(word, ..)| *word).chain(HEADING_FILLERS.iter().copied());
    // From the end: the words of what follows each place.
    let mut ways: Vec<Option<Vec<&str>>> = vec![None; letters.len() + 1];
    ways[letters.len()] = Some(Vec::new());
    for at in (0..letters.len()).rev() {
        if !letters.is_char_boundary(at) {
            continue;
        }
        let fits = known().filter(|word| letters[at..].starts_with(word));
        let way = fits.filter_map(|word| Some((word, ways[at + word.len()].as_ref()?)));
        ways[at] = way.min_by_key(|(_, rest)| rest.len()).map(|(word, rest)| [&[word], &rest[..]].concat());
    }
    ways.swap_remove(0).map(|words| words.into_iter().map(str::to_owned).collect())
}

fn has_word(words: &[String], known: &[&str]) -> bool {
    words.iter().any(|word| known.contains(&word.as_str()))
}

/// Words that end what somebody is called in a job, or stand in it.
const TITLE_WORDS: &[&str] = &[
    "engineer", "developer", "programmer", "manager", "director", "analyst", "assistant", "associate", "intern",
    "internship", "trainee", "apprentice", "consultant", "architect", "designer", "administrator", "coordinator",
    "specialist", "technician", "officer", "president", "lead", "leader", "head", "chief", "ceo", "cto", "cfo", "coo",
    "founder", "cofounder", "owner", "partner", "supervisor", "executive", "representative", "accountant", "auditor",
    "nurse", "doctor", "physician", "teacher", "professor", "lecturer", "tutor", "instructor", "researcher",
    "scientist", "fellow", "writer", "editor", "journalist", "recruiter", "sourcer", "secretary", "receptionist",
    "cashier", "clerk", "salesperson", "seller", "vendor", "waiter", "waitress", "cook", "chef", "barista", "bartender",
    "driver", "operator", "mechanic", "electrician", "plumber", "carpenter", "welder", "lawyer", "attorney",
    "paralegal", "counsel", "strategist", "planner", "buyer", "merchandiser", "buyer", "advisor", "adviser", "agent",
    "contractor", "freelancer", "freelance", "volunteer", "member", "coach", "trainer", "therapist", "pharmacist",
    "dentist", "veterinarian", "librarian", "translator", "interpreter", "photographer", "producer", "animator",
    "artist", "illustrator", "tester", "qa", "sre", "devops", "cleaner", "guard", "steward", "pilot", "captain",
    "controller", "treasurer", "bookkeeper", "underwriter", "broker", "trader", "economist", "statistician", "chemist",
    "biologist", "physicist", "geologist", "surveyor", "foreman", "worker", "staff", "practitioner", "caregiver",
    "counselor", "psychologist", "contributor", "maintainer", "principal", "vp", "dispatcher", "expert",
    "ingenieur", "ingenieure", "developpeur", "developpeuse", "programmeur", "programmeuse", "responsable", "directeur",
    "directrice", "chef", "cheffe", "charge", "chargee", "assistante", "adjoint", "adjointe", "stagiaire", "stage",
    "alternant", "alternante", "apprenti", "apprentie", "consultante", "architecte", "concepteur", "conceptrice",
    "administrateur", "administratrice", "coordinateur", "coordinatrice", "coordonnateur", "coordonnatrice",
    "specialiste", "technicien", "technicienne", "gestionnaire", "analyste", "comptable", "auditeur", "auditrice",
    "infirmier", "infirmiere", "medecin", "enseignant", "enseignante", "professeur", "professeure", "formateur",
    "formatrice", "chercheur", "chercheuse", "doctorant", "doctorante", "redacteur", "redactrice", "journaliste",
    "recruteur", "recruteuse", "secretaire", "caissier", "caissiere", "vendeur", "vendeuse", "serveur", "serveuse",
    "cuisinier", "cuisiniere", "commercial", "commerciale", "conseiller", "conseillere", "conducteur", "conductrice",
    "chauffeur", "mecanicien", "electricien", "plombier", "menuisier", "soudeur", "avocat", "avocate", "juriste",
    "acheteur", "acheteuse", "benevole", "animateur", "animatrice", "traducteur", "traductrice", "photographe",
    "president", "presidente", "fondateur", "fondatrice", "gerant", "gerante", "agente", "preparateur", "preparatrice",
    "magasinier", "cariste", "ouvrier", "ouvriere", "operateur", "operatrice", "educateur", "educatrice", "psychologue",
    "pharmacien", "pharmacienne", "aide", "soignant", "soignante", "graphiste", "webmestre", "moniteur", "monitrice",
    "receptionniste", "hote", "hotesse", "superviseur", "superviseure", "contremaitre", "tuteur", "tutrice",
];

/// How surely a text is what somebody is called in a job: 0 is not at all.
pub(crate) fn title_score(text: &str) -> u8 {
    let words = words(text);
    if words.is_empty() || words.len() > 12 {
        return 0;
    }
    // In English the word stands last, in French first.
    let is_title = |word: &String| TITLE_WORDS.contains(&word.as_str());
    let edge = words.first().is_some_and(is_title) || words.last().is_some_and(is_title);
    if edge { 2 } else { u8::from(words.iter().any(is_title)) }
}

/// Words of names of companies.
const COMPANY_WORDS: &[&str] = &[
    "inc", "llc", "ltd", "limited", "gmbh", "corp", "corporation", "company", "co", "plc", "sa", "sas", "sarl", "sasu",
    "ag", "bv", "group", "groupe", "holding", "holdings", "labs", "lab", "laboratory", "laboratories", "laboratoire",
    "laboratoires", "technologies", "technology", "systems", "systemes", "solutions", "software", "studio", "studios",
    "agency", "agence", "bank", "banque", "hospital", "hopital", "clinic", "clinique", "university", "universite",
    "college", "school", "ecole", "institute", "institut", "foundation", "fondation", "association", "society",
    "societe", "partners", "consulting", "conseil", "services", "industries", "restaurant", "cafe", "hotel", "store",
    "shop", "magasin", "boutique", "ministry", "ministere", "mairie", "council", "airlines", "airways",
    "media", "networks", "pharma", "motors", "energy", "energie", "insurance", "assurances", "assurance", "cabinet",
    "centre", "center", "startup", "ltee", "enr", "cooperative", "transports", "logistics", "logistique", "bakery",
    "boulangerie", "pharmacy", "pharmacie", "library", "bibliotheque", "museum", "musee", "ventures", "capital",
    "press", "publishing", "editions", "airport", "farm", "ferme", "garage", "robotics", "analytics", "health",
    "sante", "foods", "chu", "cnrs", "inria", "freight", "cloud", "interactive", "brewery", "clinics", "schools",
];

/// Whether a text has a word of names of companies.
pub(crate) fn is_company(text: &str) -> bool {
    has_word(&words(text), COMPANY_WORDS)
}

const SCHOOL_WORDS: &[&str] = &[
    "university", "universite", "universidad", "universitat", "universiteit", "college", "institute", "institut",
    "school", "academy", "academie", "ecole", "lycee", "polytechnic", "polytechnique", "faculty", "faculte", "iut",
    "cegep", "insa", "epfl", "eth", "mit", "hec", "essec", "escp", "edhec", "ensam", "enseeiht", "cnam", "bootcamp",
    "conservatory", "conservatoire", "gymnasium", "collège", "afpa", "greta", "epitech", "uqam", "ucla", "postech",
    "centralesupelec", "supelec", "telecom", "mines", "ponts", "sorbonne", "cfa", "ifsi", "esc", "iae", "hei", "ufr",
    "sciences-po", "openclassrooms", "udemy", "coursera",
];

/// Whether a text names a school.
pub(crate) fn is_school(text: &str) -> bool {
    has_word(&words(text), SCHOOL_WORDS)
}

const DEGREE_WORDS: &[&str] = &[
    "bachelor", "bachelors", "master", "masters", "doctorate", "doctor", "phd", "mba", "bsc", "msc", "ba", "bs", "ms",
    "ma", "beng", "meng", "bba", "mphil", "llb", "llm", "md", "jd", "associate", "associates", "diploma", "degree",
    "certificate", "minor", "major", "honours", "hons", "licence", "baccalaureat", "baccalaureate", "bac", "bts", "dut",
    "but", "deug", "dea", "dess", "diplome", "doctorat", "cap", "bep", "maitrise", "ingenieur", "certificat", "dec",
    "dep", "aec", "attestation", "deust", "mastere", "ged", "a-levels", "levels", "hnd", "postgraduate", "undergraduate",
    "brevet", "magistere", "prepa", "classe", "bfa", "mfa", "bcom", "aas", "titre", "programme", "bsn", "msn", "edd",
];

/// Whether a text names a degree.
pub(crate) fn is_degree(text: &str) -> bool {
    let joined = fold(text).replace('.', "");
    let words = words(&joined);
    has_word(&words, DEGREE_WORDS) || joined.starts_with("b s ") || joined.starts_with("ph d")
}

/// Languages that people speak, and how they are called.
const LANGUAGES: &[&str] = &[
    "english", "french", "german", "spanish", "italian", "portuguese", "dutch", "russian", "chinese", "mandarin",
    "cantonese", "japanese", "korean", "arabic", "hindi", "urdu", "bengali", "punjabi", "tamil", "telugu", "turkish",
    "polish", "czech", "slovak", "hungarian", "romanian", "bulgarian", "greek", "hebrew", "swedish", "norwegian",
    "danish", "finnish", "icelandic", "ukrainian", "serbian", "croatian", "slovenian", "lithuanian", "latvian",
    "estonian", "vietnamese", "thai", "indonesian", "malay", "tagalog", "filipino", "swahili", "persian", "farsi",
    "catalan", "basque", "welsh", "irish", "gaelic", "latin", "wolof", "yoruba", "igbo", "hausa", "amharic", "afrikaans",
    "zulu", "somali", "kurdish", "pashto", "nepali", "sinhala", "marathi", "gujarati", "malayalam", "kannada", "creole",
    "anglais", "francais", "allemand", "espagnol", "italien", "portugais", "neerlandais", "russe", "chinois",
    "japonais", "coreen", "arabe", "turc", "polonais", "tcheque", "slovaque", "hongrois", "roumain", "bulgare", "grec",
    "hebreu", "suedois", "norvegien", "danois", "finnois", "ukrainien", "serbe", "croate", "vietnamien", "thailandais",
    "indonesien", "malais", "persan", "basque", "breton", "occitan", "creole", "berbere", "kabyle", "lingala",
    "bambara", "neerlandais", "flamand", "luxembourgeois", "corse", "lsf", "asl", "esperanto",
];

/// Whether a text has a language anywhere.
pub(crate) fn has_language(text: &str) -> bool {
    has_word(&words(text), LANGUAGES)
}

/// The language in a text.
pub(crate) fn language_in(text: &str) -> Option<&str> {
    text.split(|letter: char| !letter.is_alphabetic()).find(|word| LANGUAGES.contains(&fold(word).as_str()))
}
