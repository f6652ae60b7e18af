//! The one table of refusals: the same code over HTTP (RFC 9457), sync and IPC, with a sentence for people.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! problems {
    ($($variant:ident $slug:literal $status:literal $en:literal $fr:literal;)*) => {
        /// A stable reason for a refusal. Wire names are for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $en] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The wire name: the last part of the problem's `type` and the code over sync and IPC.
            #[must_use]
            pub const fn slug(self) -> &'static str { match self { $(Self::$variant => $slug,)* } }

            /// The HTTP status that carries it.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)* } }

            /// The sentence for people, in English.
            #[must_use]
            pub const fn english(self) -> &'static str { match self { $(Self::$variant => $en,)* } }

            /// The sentence for people, in French.
            #[must_use]
            pub const fn french(self) -> &'static str { match self { $(Self::$variant => $fr,)* } }

            /// Reads a wire name; an unknown one is from a newer version.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> { match slug { $($slug => Some(Self::$variant),)* _ => None } }
        }
    };
}

problems! {
    BadRequest "bad-request" 400 "The request could not be read." "La requête n'a pas pu être lue.";
    InvalidFields "invalid-fields" 422 "Some fields need another value." "Certains champs demandent une autre valeur.";
    Unauthenticated "unauthenticated" 401 "Please sign in." "Veuillez vous connecter.";
    TokenExpired "token-expired" 401 "Your sign-in has run out. Please sign in again." "Votre connexion a expiré. Veuillez vous reconnecter.";
    DeviceRevoked "device-revoked" 401 "This device was signed out by an administrator." "Cet appareil a été déconnecté par un administrateur.";
    RefreshReused "refresh-reused" 401 "This sign-in was used twice, so it was ended for safety. Please sign in again." "Cette connexion a servi deux fois et a été fermée par sécurité. Veuillez vous reconnecter.";
    WrongCredentials "wrong-credentials" 401 "The e-mail address or the password is wrong." "L'adresse ou le mot de passe est incorrect.";
    LockedOut "locked-out" 429 "Too many failed sign-ins. Try again in an hour." "Trop d'échecs de connexion. Réessayez dans une heure.";
    TooManyRequests "too-many-requests" 429 "Too many requests. Try again in a little while." "Trop de requêtes. Réessayez dans un moment.";
    Forbidden "forbidden" 403 "Your role does not allow this." "Votre rôle ne le permet pas.";
    TenantSuspended "tenant-suspended" 403 "This workspace is suspended." "Cet espace est suspendu.";
    NotFound "not-found" 404 "There is nothing here." "Il n'y a rien ici.";
    TenantUnknown "tenant-unknown" 404 "There is no such workspace." "Cet espace n'existe pas.";
    ChooseTenant "choose-workspace" 409 "This account is in several workspaces. Say which one." "Ce compte est dans plusieurs espaces. Dites lequel.";
    Conflict "conflict" 409 "Somebody else changed this in the meantime." "Quelqu'un d'autre l'a modifié entre-temps.";
    AlreadyExists "already-exists" 409 "This exists already." "Cela existe déjà.";
    InvitationUsed "invitation-used" 409 "This invitation was used or has run out." "Cette invitation a été utilisée ou a expiré.";
    LinkUsed "link-used" 409 "This link was used or has run out. Please ask for a new one." "Ce lien a été utilisé ou a expiré. Veuillez en demander un nouveau.";
    WeakPassword "weak-password" 422 "This password is too short or too easy to guess." "Ce mot de passe est trop court ou trop facile à deviner.";
    LastOwner "last-owner" 409 "A workspace needs at least one owner." "Un espace a besoin d'au moins un propriétaire.";
    QuotaReached "quota-reached" 402 "The limit of the plan is reached." "La limite du forfait est atteinte.";
    TooLarge "too-large" 413 "This is larger than the limit." "Ceci dépasse la taille permise.";
    UnsupportedFile "unsupported-file" 415 "Only PDF, DOCX, ODT and TXT files are taken, and the content must be what the name says." "Seuls les fichiers PDF, DOCX, ODT et TXT sont acceptés, et le contenu doit être ce que le nom indique.";
    FileMismatch "file-mismatch" 422 "The file arrived incomplete or altered. Please send it again." "Le fichier est arrivé incomplet ou altéré. Veuillez le renvoyer.";
    SpamSuspected "spam-suspected" 422 "This could not be accepted. Please wait a few seconds and send it again." "Ceci n'a pas pu être accepté. Attendez quelques secondes et renvoyez.";
    MalformedFrame "malformed-frame" 400 "The message could not be read." "Le message n'a pas pu être lu.";
    UnexpectedFrame "unexpected-frame" 400 "The message came out of turn." "Le message est arrivé hors de son tour.";
    ProtocolTooOld "protocol-too-old" 426 "This version of the program is too old. Your edits are safe; please update." "Cette version du programme est trop ancienne. Vos modifications sont conservées ; veuillez mettre à jour.";
    ServerTooOld "server-too-old" 501 "The server is too old for this. Ask who runs it to update it." "Le serveur est trop ancien pour cela. Demandez à qui l'exploite de le mettre à jour.";
    MalformedChange "malformed-change" 422 "The edit could not be read." "La modification n'a pas pu être lue.";
    UnknownKind "unknown-kind" 422 "This kind of record is not known here yet." "Ce type de fiche n'est pas encore connu ici.";
    MissingDependency "missing-dependency" 409 "The edit builds on another one that is not here." "La modification repose sur une autre qui n'est pas ici.";
    DependsOnRefused "depends-on-refused" 409 "The edit builds on another one that was refused." "La modification repose sur une autre qui a été refusée.";
    ForgedActor "forged-actor" 403 "The edit claims to come from another device." "La modification prétend venir d'un autre appareil.";
    OutOfScope "out-of-scope" 403 "You can no longer see this record." "Vous ne voyez plus cette fiche.";
    FieldNotWritable "field-not-writable" 403 "This field cannot be changed by hand." "Ce champ ne peut pas être modifié à la main.";
    UnknownReference "unknown-reference" 422 "This points to something that does not exist here." "Ceci renvoie à quelque chose qui n'existe pas ici.";
    TransitionNotAllowed "transition-not-allowed" 409 "This application cannot go to that stage from where it is now." "Cette candidature ne peut pas passer à cette étape depuis l'étape actuelle.";
    InterviewStepNotAllowed "interview-step-not-allowed" 409 "This interview cannot go there from where it stands." "Cet entretien ne peut pas passer à cet état depuis l'état actuel.";
    OfferIsOut "offer-is-out" 409 "An offer can be changed only while it is a draft. Take it up again first." "Une offre ne se modifie que tant qu'elle est un brouillon. Reprenez-la d'abord.";
    OfferAccepted "offer-accepted" 409 "The candidate has accepted an offer for this application." "La personne candidate a accepté une offre pour cette candidature.";
    ApprovalNeeded "approval-needed" 409 "Others have to agree before this is sent." "D'autres doivent donner leur accord avant l'envoi.";
    ApplicationIsOver "application-is-over" 409 "The application is over: nobody who was turned down, stepped back or was hired gets an offer." "La candidature est terminée : on ne fait pas d'offre à qui a été refusé, s'est retiré ou a été embauché.";
    DoubleBooked "double-booked" 409 "Somebody who is to be in this interview, or its room, is taken at that time." "Une des personnes attendues à cet entretien, ou sa salle, est déjà prise à cette heure.";
    ReasonRequired "reason-required" 422 "A reason is needed." "Une raison est nécessaire.";
    JobNotPublishable "job-not-publishable" 422 "A job needs a title, a description and a pipeline before it is published." "Un poste a besoin d'un titre, d'une description et d'un parcours avant d'être publié.";
    JobNotOpen "job-not-open" 409 "This job takes no applications now." "Ce poste ne prend pas de candidatures pour le moment.";
    WrongState "wrong-state" 409 "This is not possible in the present state." "Ce n'est pas possible dans l'état actuel.";
    PersonHired "person-hired" 409 "They were hired: what is kept of employees cannot be erased with a candidate." "Cette personne a été embauchée : ce qui est conservé des employés ne s'efface pas avec un candidat.";
    InterviewAhead "interview-ahead" 409 "An interview is ahead. Call it off first." "Un entretien est à venir. Annulez-le d'abord.";
    OfferOpen "offer-open" 409 "An offer waits for an answer. Withdraw it first." "Une offre attend une réponse. Retirez-la d'abord.";
    UnknownCommand "unknown-command" 422 "The server does not know this action yet. It will be tried again after its update." "Le serveur ne connaît pas encore cette action. Elle sera réessayée après sa mise à jour.";
    CalendarAddress "calendar-address" 422 "This is no address of a calendar that the server may use. It begins with https:// and is reached from the internet." "Ce n'est pas une adresse de calendrier que le serveur peut utiliser. Elle commence par https:// et se joint depuis Internet.";
    CalendarUnreachable "calendar-unreachable" 422 "The calendar's server does not answer." "Le serveur du calendrier ne répond pas.";
    CalendarSignIn "calendar-sign-in" 422 "The calendar's server does not take this name and password." "Le serveur du calendrier n'accepte pas ce nom et ce mot de passe.";
    CalendarForbidden "calendar-forbidden" 422 "This name and password do not allow writing into the calendar." "Ce nom et ce mot de passe ne permettent pas d'écrire dans le calendrier.";
    CalendarNotFound "calendar-not-found" 422 "There is no calendar at this address." "Il n'y a pas de calendrier à cette adresse.";
    CalendarUnreadable "calendar-unreadable" 422 "The calendar's server answers what is no answer of a calendar." "Le serveur du calendrier répond autre chose qu'un calendrier.";
    CalendarTime "calendar-time" 422 "The event has no begin and end that an interview can have." "L'événement n'a pas de début et de fin qu'un entretien puisse avoir.";
    CalendarMovedTwice "calendar-moved-twice" 409 "The interview was moved in Zumodra as well, and that is what holds." "L'entretien a aussi été déplacé dans Zumodra, et c'est ce qui vaut.";
    DiskFull "disk-full" 507 "The disk is full. Nothing was lost, but nothing can be saved until there is room." "Le disque est plein. Rien n'est perdu, mais rien ne peut être enregistré sans place.";
    ReplicaDamaged "replica-damaged" 500 "The local copy is damaged. It is being fetched anew; unsent edits are kept." "La copie locale est abîmée. Elle est rechargée ; les modifications non envoyées sont gardées.";
    AlreadyRunning "already-running" 409 "Zumodra is already open on this computer." "Zumodra est déjà ouvert sur cet ordinateur.";
    Locked "locked" 401 "The local copy is locked. Please unlock it or sign in." "La copie locale est verrouillée. Déverrouillez-la ou connectez-vous.";
    Offline "offline" 503 "The server cannot be reached. Check the address and the network." "Le serveur est injoignable. Vérifiez l'adresse et le réseau.";
    UnsentChanges "unsent-changes" 409 "Some edits are not on the server yet." "Des modifications ne sont pas encore sur le serveur.";
    Unavailable "unavailable" 503 "The server is busy or restarting. Nothing was lost." "Le serveur est occupé ou redémarre. Rien n'est perdu.";
    Internal "internal" 500 "Something went wrong on our side. Nothing was saved; please try again." "Une erreur s'est produite de notre côté. Rien n'a été enregistré ; veuillez réessayer.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Code {
    /// A code of a newer version reads as [`Code::Internal`]: its sentence is lost, the refusal is not.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        Ok(Self::from_slug(&slug).unwrap_or(Self::Internal))
    }
}

/// A refusal: why, what exactly, and for validation which field wants what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}{}", detail.as_deref().map(|d| format!(": {d}")).unwrap_or_default())]
pub struct Problem {
    /// The stable reason.
    pub code: Code,
    /// What exactly, for people; never a secret, SQL or a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// For validation: a message per field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl Problem {
    /// A refusal with nothing to add to its sentence.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, fields: BTreeMap::new() }
    }

    /// Adds what exactly is meant.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a message for one field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.fields.insert(field.into(), message.into());
        self
    }

    /// The body that RFC 9457 wants, with our codes as `type`.
    #[must_use]
    pub fn to_rfc9457(&self, instance: Option<&str>) -> serde_json::Value {
        let mut body = serde_json::json!({
            "type": format!("urn:zumodra:problem:{}", self.code.slug()),
            "title": self.code.english(),
            "status": self.code.status(),
            "code": self.code.slug(),
        });
        if let Some(detail) = &self.detail {
            body["detail"] = detail.as_str().into();
        }
        if let Some(instance) = instance {
            body["instance"] = instance.into();
        }
        if !self.fields.is_empty() {
            body["errors"] = serde_json::json!(self.fields);
        }
        body
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_from_its_wire_name_and_has_both_sentences() {
        for code in Code::ALL {
            assert_eq!(Code::from_slug(code.slug()), Some(*code));
            assert!(code.english().ends_with('.') && code.french().ends_with('.'), "{code}");
            assert!((400..600).contains(&code.status()), "{code}");
        }
    }

    #[test]
    fn a_code_of_a_newer_version_is_still_a_refusal() {
        let problem: Problem = serde_json::from_str(r#"{"code":"from-the-future"}"#).expect("reads");
        assert_eq!(problem.code, Code::Internal);
    }
}
