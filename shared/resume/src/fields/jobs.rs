//! Jobs: who, where, when, and what is said about it.

use super::atoms::{self, Atom, Header};
use super::lexicon::{Section, is_company, title_score};
use super::{Text, entries, places, value};
use crate::limits::MAX_ITEMS;
use crate::model::{End, Fields, Found, Job};

/// An entry on its way to a job.
struct Draft {
    header: Header,
    job: Job,
    first: usize,
    last: usize,
    /// The first lines as they are written.
    written: String,
    /// Whether the title stands before the company, where words tell which is which.
    title_first: Option<bool>,
}

pub(super) fn read(text: &Text<'_>, fields: &mut Fields) {
    for part in text.parts_of(Section::Experience) {
        let mut drafts: Vec<Draft> =
            entries::of(text, part.rows.clone()).into_iter().map(|entry| draft(text, &entry)).collect();
        places_on_own_rows(&mut drafts);
        let says = |first: bool| drafts.iter().filter(|draft| draft.title_first == Some(first)).count();
        let title_first = says(true) >= says(false);
        for draft in &mut drafts {
            if draft.title_first.is_none() {
                settle(draft, title_first);
            }
        }
        share_companies(&mut drafts);
        part_places(&mut drafts);
        for draft in drafts {
            let job = draft.job;
            let is_job = job.title.is_some() || job.company.is_some();
            if is_job && fields.jobs.len() < MAX_ITEMS {
                fields.jobs.push(Found::new(job, draft.first, draft.last));
            }
        }
    }
}

/// The row, counted from the first line, that has nothing but an atom that may be a place.
fn lone_atom(draft: &Draft, fits: impl Fn(&Atom) -> bool) -> Option<(usize, usize)> {
    let atoms = &draft.header.atoms;
    let alone = |atom: &Atom| atoms.iter().filter(|other| other.row == atom.row).count() == 1;
    let at =
        atoms.iter().position(|atom| fits(atom) && alone(atom) && Some(atom.row) != draft.header.date_row)?;
    Some((at, atoms[at].row - draft.first))
}

/// A place that is in no list stands on a row of its own where the other jobs have theirs.
fn places_on_own_rows(drafts: &mut [Draft]) {
    let known = drafts.iter().filter_map(|draft| lone_atom(draft, |atom| atom.is_place));
    let rows: Vec<usize> = known.map(|(_, row)| row).collect();
    let may_be = |atom: &Atom| atom.title == 0 && !atom.is_company && !atom.is_place;
    for draft in drafts.iter_mut().filter(|draft| draft.job.place.is_none()) {
        let Some((at, row)) = lone_atom(draft, may_be) else { continue };
        if row > 0 && rows.contains(&row) {
            draft.header.atoms[at].is_place = true;
            part_atoms(&mut draft.header);
            choose(draft);
        }
    }
}

fn draft(text: &Text<'_>, entry: &entries::Entry) -> Draft {
    let mut header = atoms::header(text, entry.header.clone());
    part_atoms(&mut header);
    let description = text.paragraphs(entry.body.clone()).into_iter().map(|(_, _, said)| value(&said));
    let job =
        Job { start: header.start, end: header.end, description: description.collect(), ..Job::default() };
    let last = entry.body.end.max(entry.header.end) - 1;
    let written = text.texts[entry.header.clone()].join("\n");
    let mut draft = Draft { header, job, first: entry.header.start, last, written, title_first: None };
    choose(&mut draft);
    draft
}

/// Parts what says both who and where.
fn part_atoms(header: &mut Header) {
    let date_row = header.date_row;
    let is_open = |atom: &Atom| Some(atom.row) != date_row;
    if header.atoms.iter().filter(|atom| is_open(atom) && !atom.is_place).count() == 1 {
        // Nothing else on the lines without the date can be the company.
        let part = |atom: Atom| if is_open(&atom) { at_apart(atom) } else { vec![atom] };
        header.atoms = std::mem::take(&mut header.atoms).into_iter().flat_map(part).collect();
    }
    for part in [comma_apart, at_apart] {
        if !says_where(&header.atoms) {
            header.atoms = std::mem::take(&mut header.atoms).into_iter().flat_map(part).collect();
        }
    }
}

/// How surely a text begins with a title, whatever department is behind it.
fn title_of(text: &str) -> u8 {
    title_score(text).max(title_score(text.split(", ").next().unwrap_or_default()))
}

/// Whether something besides the title is there to be the company.
fn says_where(atoms: &[Atom]) -> bool {
    let names: Vec<&Atom> = atoms.iter().filter(|atom| !atom.is_place).collect();
    names.iter().any(|atom| atom.title == 0)
        || names.len() > 1 && names.iter().any(|atom| atom.is_company && atom.title < 2)
}

/// Parts "Senior Engineer, Acme" where one side is what somebody was and the other is not.
fn comma_apart(atom: Atom) -> Vec<Atom> {
    if atom.is_place {
        return vec![atom];
    }
    let halves = atom.text.match_indices(", ").map(|(at, _)| (&atom.text[..at], &atom.text[at + 2..]));
    let fitting: Vec<(&str, &str)> = halves
        .filter(|(one, other)| {
            let (left, right) = (title_of(one), title_of(other));
            !atoms::belongs_before(other) && (left > 0) != (right > 0) && (left == 2 || right == 2)
        })
        .collect();
    // A department behind a title belongs to it: "Nurse, Intensive Care, St. Mary Hospital".
    let named = |half: &str| is_company(half.split(", ").next().unwrap_or_default()) && title_of(half) == 0;
    let best = fitting.iter().find(|(one, other)| named(if title_score(one) > 0 { other } else { one }));
    match best.or(fitting.first()) {
        Some((one, other)) => [atom.retold(one), atom.retold(other)].into_iter().flatten().collect(),
        None => vec![atom],
    }
}

/// Words that part what somebody was from where.
const AT: [&str; 3] = [" at ", " chez ", " @ "];

/// Parts "Senior Engineer at Acme".
fn at_apart(atom: Atom) -> Vec<Atom> {
    let parts = AT.iter().find_map(|word| atom.text.split_once(word));
    match parts {
        Some((one, other)) if title_score(one) > 0 => {
            [atom.retold(one), atom.retold(other)].into_iter().flatten().collect()
        }
        _ => vec![atom],
    }
}

/// Tells what the atoms are as far as their words do.
fn choose(draft: &mut Draft) {
    let atoms = &draft.header.atoms;
    let place = atoms.iter().position(|atom| atom.is_place);
    let rest: Vec<usize> = (0..atoms.len()).filter(|at| !atoms[*at].is_place).collect();
    let score = |at: usize| (atoms[at].title, !atoms[at].is_company);
    // The surest, and of equals the first.
    let title = rest.iter().copied().filter(|at| atoms[*at].title > 0).rev().max_by_key(|at| score(*at));
    draft.job.place = place.map(|at| value(&atoms[at].text));
    let Some(title) = title else { return };
    let others = || rest.iter().copied().filter(|at| *at != title);
    // By its words, else the first that is no title, else the first at all.
    let company = others()
        .filter(|at| atoms[*at].is_company && atoms[*at].title < 2)
        .min_by_key(|at| atoms[*at].row.abs_diff(atoms[title].row))
        .or_else(|| others().find(|at| atoms[*at].title == 0))
        .or_else(|| others().next());
    draft.job.title = Some(value(&atoms[title].text));
    draft.job.company = company.map(|at| value(&atoms[at].text));
    let is_only = others().all(|at| atoms[at].title == 0);
    let is_sure = (atoms[title].title == 2 || is_only)
        && company.is_none_or(|at| atoms[at].title < 2 || atoms[at].is_company && !atoms[title].is_company);
    if is_sure {
        draft.title_first = company.map(|company| title < company).or(Some(true));
        let used = [Some(title), company];
        let left = rest.iter().find(|at| !used.contains(&Some(**at)) && atoms[**at].cell > 0);
        if draft.job.place.is_none() {
            draft.job.place = left.map(|at| value(&atoms[*at].text));
        }
    }
}

/// Takes title and company in the order that the other jobs have.
fn settle(draft: &mut Draft, title_first: bool) {
    let atoms: Vec<&Atom> = draft.header.atoms.iter().filter(|atom| !atom.is_place).collect();
    let (one, other) = (atoms.first(), atoms.get(1));
    let (title, company) = if title_first { (one, other) } else { (other, one) };
    draft.job.title = title.map(|atom| value(&atom.text));
    draft.job.company = company.map(|atom| value(&atom.text));
    // A single name is a company's when it says so.
    if let (Some(only), None) = (one, other) {
        let is_title = only.title > 0 || !only.is_company && title_first;
        (draft.job.title, draft.job.company) =
            if is_title { (Some(value(&only.text)), None) } else { (None, Some(value(&only.text))) };
    }
    if let (None, Some(third)) = (&draft.job.place, atoms.get(2).filter(|atom| atom.cell > 0)) {
        draft.job.place = Some(value(&third.text));
    }
}

/// A company that stands once above several roles is that of each.
fn share_companies(drafts: &mut Vec<Draft>) {
    let mut at = 0;
    while at + 1 < drafts.len() {
        let is_roof = drafts[at].job.title.is_none()
            && drafts[at].job.description.is_empty()
            && drafts[at + 1].job.company.is_none();
        if is_roof {
            let roof = drafts.remove(at);
            let job = &mut drafts[at].job;
            job.company = roof.job.company;
            job.place = job.place.take().or(roof.job.place);
            drafts[at].first = roof.first;
        } else {
            at += 1;
        }
    }
    for at in 1..drafts.len() {
        let (before, after) = drafts.split_at_mut(at);
        let (Some(above), Some(below)) = (before.last(), after.first_mut()) else { continue };
        let follows = match (above.job.start, below.job.end) {
            (Some(start), Some(End::At(end))) => end.year <= start.year.saturating_add(1),
            _ => false,
        };
        if below.job.company.is_none() && below.job.title.is_some() && follows {
            below.job.company.clone_from(&above.job.company);
            if below.job.place.is_none() {
                below.job.place.clone_from(&above.job.place);
            }
        }
    }
}

/// A place that is in no list is told by where the other jobs have theirs: "Acme, Springfield", "Acme (Springfield)".
fn part_places(drafts: &mut [Draft]) {
    let mut forms = [false, false];
    for draft in drafts.iter() {
        if let (Some(company), Some(place)) = (&draft.job.company, &draft.job.place) {
            forms[0] |= draft.written.contains(&format!("{company} ({place})"));
            forms[1] |= draft.written.contains(&format!("{company}, {place}"));
        }
    }
    // Where no job has a place, but something behind every company, that is it.
    let behind = |job: &Job| job.company.as_deref().and_then(places::last_part);
    let is_open = |draft: &Draft| draft.job.place.is_none() && behind(&draft.job).is_some();
    if drafts.len() > 1 && drafts.iter().all(is_open) {
        let ends = |draft: &Draft| draft.job.company.as_deref().is_some_and(|name| name.ends_with(')'));
        forms[0] |= drafts.iter().all(ends);
        forms[1] |= !drafts.iter().any(ends);
    }
    for job in drafts.iter_mut().map(|draft| &mut draft.job).filter(|job| job.place.is_none()) {
        let Some(company) = &job.company else { continue };
        let form = usize::from(!company.ends_with(')'));
        let parts =
            places::last_part(company).filter(|(_, place)| forms[form] && !atoms::belongs_before(place));
        if let Some((name, place)) = parts {
            (job.company, job.place) = (Some(value(&name)), Some(value(&place)));
        }
    }
}
