//! Schools and degrees.

use super::atoms::{self, Atom};
use super::lexicon::{Section, fold, is_degree, is_school, words};
use super::{Text, entries, places, value};
use crate::limits::MAX_ITEMS;
use crate::model::{Education, Fields, Found};

/// Words of lines that say something about a degree and are none.
const NOTES: [&str; 26] = [
    "gpa",
    "coursework",
    "cours",
    "honors",
    "mention",
    "magna",
    "summa",
    "cum",
    "dean",
    "relevant",
    "thesis",
    "memoire",
    "these",
    "grade",
    "scholarship",
    "bourse",
    "specialisation",
    "option",
    "activities",
    "awards",
    "graduated",
    "cumulative",
    "score",
    "percentage",
    "cgpa",
    "rank",
];

pub(super) fn read(text: &Text<'_>, fields: &mut Fields) {
    for part in text.parts_of(Section::Education) {
        for entry in entries::of(text, part.rows.clone()) {
            let header = atoms::header(text, entry.header.clone());
            let atoms: Vec<Atom> = header.atoms.into_iter().flat_map(comma_apart).collect();
            let (school, degree) = chosen(&with_school_apart(atoms));
            let education = Education { school, degree, start: header.start, end: header.end };
            let is_one = education.school.is_some() || education.degree.is_some();
            if is_one && fields.education.len() < MAX_ITEMS {
                let last = entry.body.end.max(entry.header.end) - 1;
                fields.education.push(Found::new(education, entry.header.start, last));
            }
        }
    }
}

/// Parts "B.S. Computer Science, State University" where the school stands before or behind.
fn comma_apart(atom: Atom) -> Vec<Atom> {
    if atom.is_place || !atom.is_school {
        return vec![atom];
    }
    if !atom.is_degree {
        // What stands before a school is no part of its name: "H.R. Management, Bellows College".
        let at = atom
            .text
            .match_indices(", ")
            .map(|(at, _)| at)
            .find(|at| is_school(&atom.text[at + 2..]) && !is_school(&atom.text[..*at]));
        let Some(at) = at else { return vec![atom] };
        return [atom.retold(&atom.text[..at]), atom.retold(&atom.text[at + 2..])]
            .into_iter()
            .flatten()
            .collect();
    }
    let commas: Vec<usize> = atom.text.match_indices(", ").map(|(at, _)| at).collect();
    for at in commas {
        let (one, other) = (&atom.text[..at], &atom.text[at + 2..]);
        let parts = is_degree(one)
            && !is_school(one)
            && is_school(other.split(", ").next().unwrap_or(""))
            && !is_degree(other.split(", ").next().unwrap_or(""))
            || is_school(one) && !is_degree(one) && is_degree(other) && !is_school(other);
        if parts {
            return [atom.retold(one), atom.retold(other)].into_iter().flatten().collect();
        }
    }
    vec![atom]
}

/// Parts "BSc Biology, Trinity Hall" where nothing else may be the school: an entry names one.
fn with_school_apart(atoms: Vec<Atom>) -> Vec<Atom> {
    let may_be = |atom: &&Atom| !atom.is_place && !is_note(atom);
    let mut named = atoms.iter().filter(may_be);
    let (Some(only), None) = (named.next(), named.next()) else { return atoms };
    let parts = only.text.rsplit_once(", ").filter(|(one, other)| is_degree(one) && !is_degree(other));
    match parts {
        Some((one, other)) => {
            let parted = [only.retold(one), only.retold(other)].into_iter().flatten();
            let places = atoms.iter().filter(|atom| atom.is_place).cloned();
            parted.chain(places).collect()
        }
        None => atoms,
    }
}

fn is_note(atom: &Atom) -> bool {
    let all = words(&atom.text);
    all.iter().any(|word| NOTES.contains(&word.as_str())) && !atom.is_degree && !atom.is_school
}

/// The school and the degree among what the lines say.
fn chosen(atoms: &[Atom]) -> (Option<String>, Option<String>) {
    let rest: Vec<&Atom> = atoms.iter().filter(|atom| !atom.is_place && !is_note(atom)).collect();
    let degree =
        rest.iter().position(|atom| atom.is_degree && (!atom.is_school || starts_as_degree(&atom.text)));
    let school = rest
        .iter()
        .position(|atom| atom.is_school && !(atom.is_degree && starts_as_degree(&atom.text)))
        .or_else(|| (0..rest.len()).find(|at| Some(*at) != degree && !rest[*at].is_degree));
    // A field may stand apart from its degree, behind it on the same line.
    let field = degree.and_then(|at| {
        let next = rest.get(at + 1).filter(|_| Some(at + 1) != school)?;
        (next.row == rest[at].row && next.cell == rest[at].cell && !next.is_degree).then_some(*next)
    });
    let text = |at: usize| rest[at].text.clone();
    let degree = degree.or_else(|| (0..rest.len()).find(|at| Some(*at) != school)).map(text);
    let degree = match (degree, field) {
        (Some(degree), Some(field)) => Some(format!("{degree}, {}", field.text)),
        (degree, _) => degree,
    };
    (school.map(|at| value(&without_place(&text(at)))), degree.map(|degree| value(&degree)))
}

/// A school without the place behind it, unless that is a part of its name: "University of California, Berkeley".
fn without_place(text: &str) -> String {
    match places::last_part(text) {
        Some((name, place))
            if is_school(&name)
                && !is_school(&place)
                && !is_degree(&place)
                && !places::ends_with_region(&name) =>
        {
            name
        }
        _ => text.to_owned(),
    }
}

/// Whether a text begins with a degree rather than a school's name.
fn starts_as_degree(text: &str) -> bool {
    let head: String = fold(text).split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    is_degree(&head)
}
