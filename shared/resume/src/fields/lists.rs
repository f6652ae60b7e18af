//! Skills, languages and certificates.

use std::collections::HashSet;
use std::ops::Range;

use super::atoms::trimmed;
use super::lexicon::{self, Section, fold};
use super::{Text, dates, value};
use crate::limits::MAX_ITEMS;
use crate::model::{Certification, Date, End, Fields, Found, Language};
use crate::rows::Row;

/// Words of the longest skill.
const MAX_SKILL_WORDS: usize = 8;
/// Words of the longest label before a list.
const MAX_LABEL_WORDS: usize = 6;
/// Letters of a heading inside of a list that is one by its capitals: a shorter one is an abbreviation.
const MIN_CAPITALS: usize = 8;
/// What leads to a skill and is none of it.
const LEADS: [&str; 22] = [
    "proficient in ",
    "advanced in ",
    "fluent in ",
    "experienced in ",
    "experience with ",
    "experience in ",
    "knowledge of ",
    "working knowledge of ",
    "familiar with ",
    "skilled in ",
    "expert in ",
    "competent in ",
    "and ",
    "et ",
    "maitrise de ",
    "maitrise du ",
    "connaissance de ",
    "connaissances en ",
    "bonne maitrise de ",
    "notions de ",
    "strong in ",
    "proficiency in ",
];
/// How well somebody can something.
const LEVELS: [&str; 40] = [
    "advanced",
    "expert",
    "intermediate",
    "beginner",
    "basic",
    "basics",
    "proficient",
    "fluent",
    "native",
    "good",
    "excellent",
    "working",
    "professional",
    "avance",
    "avancee",
    "intermediaire",
    "debutant",
    "debutante",
    "notions",
    "courant",
    "bilingue",
    "maternelle",
    "lu",
    "parle",
    "ecrit",
    "confirme",
    "maitrise",
    "bon",
    "bonne",
    "niveau",
    "level",
    "years",
    "ans",
    "master",
    "bases",
    "scolaire",
    "strong",
    "familiar",
    "certified",
    "certifie",
];

pub(super) fn read(text: &Text<'_>, fields: &mut Fields) {
    let mut skills = Skills { seen: HashSet::new(), found: Vec::new() };
    for part in &text.parts {
        match part.section {
            Section::Skills => read_skills(text, part.rows.clone(), fields, &mut skills),
            Section::Languages => {
                let before = fields.languages.len();
                read_languages(text, part.rows.clone(), fields);
                // Languages that nobody speaks are those of programs.
                if fields.languages.len() == before {
                    read_skills(text, part.rows.clone(), fields, &mut skills);
                }
            }
            Section::Certifications => read_certifications(text, part.rows.clone(), fields),
            Section::Other | Section::Head => read_labelled(text, part.rows.clone(), fields, &mut skills),
            Section::Summary | Section::Experience | Section::Education | Section::Contact => {}
        }
    }
    fields.skills = skills.found;
}

struct Skills {
    seen: HashSet<String>,
    found: Vec<Found<String>>,
}

impl Skills {
    fn add(&mut self, text: &str, first: usize, last: usize) {
        let Some(skill) = skill(text) else { return };
        if self.found.len() < MAX_ITEMS && self.seen.insert(fold(&skill)) {
            self.found.push(Found::new(skill, first, last));
        }
    }
}

/// Lines of a list: the wrapped ones put together, with the label before them.
struct Item {
    label: String,
    text: String,
    first: usize,
    last: usize,
}

fn items(text: &Text<'_>, rows: Range<usize>) -> Vec<Item> {
    let has_labels = has_label_cells(text, &rows);
    let mut items: Vec<Item> = Vec::new();
    for at in rows {
        let row = &text.rows[at];
        let words = &text.texts[at];
        let (label, rest) = if has_labels && row.cells.len() > 1 {
            let (label, rest) = words.split_once('\t').unwrap_or(("", words));
            (label.to_owned(), rest.to_owned())
        } else {
            bold_label(row).unwrap_or_else(|| labelled(words))
        };
        let goes_on = items.last().is_some_and(|item| {
            let is_open = item.text.trim_end().ends_with([',', '/', '&']) || opened(&item.text);
            let is_list = item.text.contains([',', ';', '•', '|', '·']);
            let is_same =
                item.last + 1 == at && text.rows[item.last].block == row.block && !row.bullet && !row.gap;
            is_same && label.is_empty() && text.is_below_bullet(item.first, at)
                || is_same
                    && label.is_empty()
                    && (is_open || is_list && row.cells.len() == 1 && text.is_full(item.last))
        });
        match items.last_mut() {
            Some(item) if goes_on => {
                item.text.push(' ');
                item.text.push_str(&rest);
                item.last = at;
            }
            _ => items.push(Item { label, text: rest, first: at, last: at }),
        }
    }
    items
}

fn opened(text: &str) -> bool {
    text.matches('(').count() > text.matches(')').count()
}

/// Whether the rows are a table whose first cells are labels: bold ones before others that are not.
fn has_label_cells(text: &Text<'_>, rows: &Range<usize>) -> bool {
    let mut labelled = 0;
    let mut tables = 0;
    for row in &text.rows[rows.clone()] {
        if let [first, second, ..] = &row.cells[..] {
            tables += 1;
            let lists = second.text().contains(',');
            labelled += usize::from(
                first.style().bold && !second.style().bold || lists && !first.text().contains(','),
            );
        }
    }
    tables > 0 && labelled * 3 >= tables * 2
}

/// Bold words before a list that is not.
fn bold_label(row: &Row) -> Option<(String, String)> {
    let spans: Vec<_> = row.cells.iter().flat_map(|cell| &cell.spans).collect();
    let bold = spans.iter().take_while(|span| span.bold || span.text.trim().is_empty()).count();
    let text = |spans: &[&crate::rows::Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
    let (label, rest) = (text(&spans[..bold]), text(&spans[bold..]));
    let is_label =
        !label.trim().is_empty() && lexicon::words(&label).len() <= MAX_LABEL_WORDS && rest.contains(',');
    (is_label && !label.contains(',')).then(|| (label.trim().trim_end_matches(':').to_owned(), rest))
}

/// A label and what stands behind its colon.
fn labelled(text: &str) -> (String, String) {
    let Some((label, rest)) = text.split_once(':') else { return (String::new(), text.to_owned()) };
    let is_label = lexicon::words(label).len() <= MAX_LABEL_WORDS
        && !label.contains([',', '('])
        && !rest.starts_with("//");
    if is_label {
        (label.trim().to_owned(), rest.trim().to_owned())
    } else {
        (String::new(), text.to_owned())
    }
}

fn read_skills(text: &Text<'_>, rows: Range<usize>, fields: &mut Fields, skills: &mut Skills) {
    for item in items(text, rows.clone()) {
        let section = lexicon::section_of(&item.label);
        let is_spoken = section == Some(Section::Languages) && lexicon::has_language(&item.text);
        if is_spoken {
            add_languages(&item.text, item.first, item.last, fields);
            continue;
        }
        if section == Some(Section::Certifications) {
            add_certification(&item.text, item.first, item.last, fields);
            continue;
        }
        if item.label.is_empty() && is_subheading(text, item.first, &rows) {
            continue;
        }
        for part in split_list(&item.text) {
            skills.add(&part, item.first, item.last);
        }
    }
}

/// Whether a row stands above what it names: it looks otherwise than the row below.
fn is_subheading(text: &Text<'_>, at: usize, rows: &Range<usize>) -> bool {
    let style = text.rows[at].style();
    let below = (at + 1 < rows.end).then(|| text.rows[at + 1].style());
    let differs = |below: crate::rows::Style| {
        style.bold && !below.bold
            || style.capitals
                && !below.capitals
                && style.size >= below.size
                && text.texts[at].len() >= MIN_CAPITALS
            || style.size > below.size * 1.05
    };
    text.rows[at].cells.len() == 1
        && !text.rows[at].bullet
        && !text.texts[at].contains([',', '•', '|', '·'])
        && below.is_some_and(differs)
}

/// Parts a list at its signs, but not inside of parentheses.
fn split_list(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        let around =
            |step: isize| at.checked_add_signed(step).and_then(|at| letters.get(at)).copied().unwrap_or(' ');
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let between_spaces = around(-1) == ' ' && around(1) == ' ';
        let is_decimal = around(-1).is_ascii_digit() && around(1).is_ascii_digit();
        let parts_here = depth == 0
            && match letter {
                ',' => !is_decimal,
                ';' | '|' | '•' | '·' | '\t' | '▪' | '●' | '○' | '★' | '☆' | '◦' | '■' | '□' => {
                    true
                }
                '/' | '–' | '—' | '-' => between_spaces && letter == '/',
                _ => false,
            };
        if parts_here {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("it begins with one").push(letter);
        }
    }
    parts
}

/// A skill without what leads to it and how well it is had.
fn skill(text: &str) -> Option<String> {
    let mut text = trimmed(text);
    let mut again = true;
    while again {
        again = false;
        for lead in LEADS {
            if fold(&text).starts_with(lead) {
                text = text.chars().skip(lead.chars().count()).collect();
                again = true;
            }
        }
    }
    if let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && is_level(inner)
    {
        text = name.trim().to_owned();
    }
    for sign in [" – ", " — ", " - ", ": ", " : "] {
        if let Some((name, level)) = text.rsplit_once(sign)
            && is_level(level)
        {
            text = name.to_owned();
        }
    }
    let text = trimmed(text.trim_end_matches(['.', ':', '*']));
    let words = lexicon::words(&text).len();
    let is_number = text.chars().all(|letter| !letter.is_alphabetic());
    (words > 0 && words <= MAX_SKILL_WORDS && !is_number && !is_level(&text)).then(|| value(&text))
}

fn is_level(text: &str) -> bool {
    let words = lexicon::words(text);
    let says = |word: &String| LEVELS.contains(&word.as_str());
    let is_grade = |word: &String| {
        word.len() == 2
            && word.starts_with(['a', 'b', 'c'])
            && word.ends_with(|letter: char| ('1'..='2').contains(&letter))
    };
    let is_number = |word: &String| word.chars().all(|letter| letter.is_ascii_digit() || letter == '+');
    !words.is_empty()
        && words.iter().any(|word| says(word) || is_grade(word) || text.contains('%'))
        && words.iter().all(|word| says(word) || is_grade(word) || is_number(word) || word.len() <= 3)
}

fn read_languages(text: &Text<'_>, rows: Range<usize>, fields: &mut Fields) {
    for at in rows {
        let words = text.texts[at].replace('\t', ": ");
        if lexicon::has_language(&words) {
            add_languages(&words, at, at, fields);
        } else if let Some(last) = fields.languages.last_mut()
            && let Some(level) = &last.value.level
            && last.lines.last as usize + 1 == at
            && text.goes_on(at)
        {
            last.value.level = Some(value(&format!("{level} {words}")));
            last.lines = crate::model::Span::new(last.lines.first as usize, at);
        } else if let Some(last) = fields.languages.last_mut()
            && last.value.level.is_none()
            && last.lines.last as usize + 1 == at
            && lexicon::words(&words).len() <= MAX_LABEL_WORDS
        {
            last.value.level = Some(value(&words));
            last.lines = crate::model::Span::new(last.lines.first as usize, at);
        }
    }
}

fn add_languages(text: &str, first: usize, last: usize, fields: &mut Fields) {
    let parts = split_list(text);
    for part in parts {
        let Some(name) = lexicon::language_in(&part) else {
            // "English (fluent, C1)" was parted at its comma.
            continue;
        };
        let level = part.replacen(name, "", 1);
        let level = trimmed(level.trim().trim_end_matches('.'));
        let level = ["in", "en"]
            .iter()
            .find_map(|word| level.strip_suffix(word))
            .map_or(level.clone(), str::to_owned);
        let level = trimmed(&level);
        let is_new = fields.languages.iter().all(|known| fold(&known.value.name) != fold(name));
        if is_new && fields.languages.len() < MAX_ITEMS {
            let language = Language { name: value(name), level: (!level.is_empty()).then(|| value(&level)) };
            fields.languages.push(Found::new(language, first, last));
        }
    }
}

fn read_certifications(text: &Text<'_>, rows: Range<usize>, fields: &mut Fields) {
    for (first, last, said) in text.paragraphs(rows) {
        let is_date = dates::find(&said).is_some_and(|period| {
            let (before, after) = dates::without(&said, &period);
            before.is_empty() && after.is_empty()
        });
        match fields.certifications.last_mut() {
            // A date on a line of its own is that of what stands above.
            Some(above)
                if is_date && above.value.date.is_none() && above.lines.last as usize + 1 == first =>
            {
                above.value.date = date_of(&said);
                above.lines = crate::model::Span::new(above.lines.first as usize, last);
            }
            _ if is_date => {}
            _ => add_certification(&said, first, last, fields),
        }
    }
}

fn date_of(text: &str) -> Option<Date> {
    let period = dates::find(text)?;
    match (period.start, period.end) {
        (Some(date), _) | (None, Some(End::At(date))) => Some(date),
        _ => None,
    }
}

fn add_certification(text: &str, first: usize, last: usize, fields: &mut Fields) {
    let name = match dates::find(text) {
        Some(period) => {
            let (before, after) = dates::without(text, &period);
            trimmed(&format!("{before} {after}"))
        }
        None => trimmed(text),
    };
    if name.is_empty() || lexicon::words(&name).len() > 20 || fields.certifications.len() >= MAX_ITEMS {
        return;
    }
    let certification = Certification { name: value(&name), date: date_of(text) };
    fields.certifications.push(Found::new(certification, first, last));
}

/// Lines like "Technical Skills: SQL, PHP" under headings that name something else.
fn read_labelled(text: &Text<'_>, rows: Range<usize>, fields: &mut Fields, skills: &mut Skills) {
    for item in items(text, rows) {
        match lexicon::section_of(&item.label) {
            Some(Section::Skills) => {
                for part in split_list(&item.text) {
                    skills.add(&part, item.first, item.last);
                }
            }
            Some(Section::Languages) if lexicon::has_language(&item.text) => {
                add_languages(&item.text, item.first, item.last, fields);
            }
            Some(Section::Certifications) => add_certification(&item.text, item.first, item.last, fields),
            _ => {}
        }
    }
}
