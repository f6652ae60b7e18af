//! The mails of what waits for somebody, and of what they were given: a line for each job and thing.

use super::letter::{Draft, MAX_VALUE_CHARS, line};
use super::words::{Words, fill};
use crate::mail::{Waiting, Waits};

impl Draft {
    /// Tells what waits; there are `more` lines than are told.
    pub(super) fn tells_what_waits(&mut self, lines: &[Waiting], more: usize) {
        let words = self.words;
        self.says(words.waiting_subject, &[words.waiting_text], words.waiting_why);
        self.lists_what_waits(lines, more);
    }

    /// Tells which applications somebody was given; there are `more` lines than are told.
    pub(super) fn tells_what_was_given(&mut self, by: &str, lines: &[Waiting], more: usize) {
        let words = self.words;
        self.fills("author", by, MAX_VALUE_CHARS);
        let (subject, text) = if by.is_empty() {
            (words.assigned_subject_plain, words.assigned_text_plain)
        } else {
            (words.assigned_subject, words.assigned_text)
        };
        self.says(subject, &[text], words.assigned_why);
        self.lists_what_waits(lines, more);
    }

    fn lists_what_waits(&mut self, lines: &[Waiting], more: usize) {
        let words = self.words;
        self.letter.paragraphs.extend(lines.iter().map(|waiting| said(words, waiting)));
        if more > 0 {
            self.letter.paragraphs.push(fill(words.waiting_more, &[("count", &more.to_string())]));
        }
        self.letter.paragraphs.push(words.waiting_next.to_owned());
    }
}

/// One of something, or several.
fn text(words: &Words, waiting: &Waiting) -> &'static str {
    let (one, many) = match waiting.what {
        Waits::OfferEnds => (words.waiting_ends_one, words.waiting_ends_many),
        Waits::OfferOpen => (words.waiting_open_one, words.waiting_open_many),
        Waits::Agreement => (words.waiting_agree_one, words.waiting_agree_many),
        Waits::OtherTime => (words.waiting_time_one, words.waiting_time_many),
        Waits::Declined => (words.waiting_declined_one, words.waiting_declined_many),
        Waits::Scorecard => (words.waiting_card_one, words.waiting_card_many),
        Waits::Late => (words.waiting_late_one, words.waiting_late_many),
        Waits::FollowUp => (words.waiting_follow_one, words.waiting_follow_many),
        Waits::Escalated => (words.waiting_over_one, words.waiting_over_many),
        Waits::Soon => (words.waiting_soon_one, words.waiting_soon_many),
        Waits::SetApart => (words.waiting_apart_one, words.waiting_apart_many),
        Waits::New => (words.waiting_new_one, words.waiting_new_many),
        Waits::Given => (words.waiting_given_one, words.waiting_given_many),
        Waits::LeftOver => (words.waiting_left_one, words.waiting_left_many),
        Waits::Deadline => (words.waiting_deadline, words.waiting_deadline),
    };
    if waiting.count == 1 { one } else { many }
}

fn said(words: &Words, waiting: &Waiting) -> String {
    let title = line(&waiting.title, MAX_VALUE_CHARS);
    let title = match (title.as_str(), waiting.what) {
        // Who applies for no job in particular has none.
        ("", Waits::SetApart) => words.waiting_no_job,
        ("", _) => words.waiting_no_title,
        (title, _) => title,
    };
    let days = fill(
        if waiting.days == 1 { words.waiting_day } else { words.waiting_days },
        &[("count", &waiting.days.to_string())],
    );
    fill(
        text(words, waiting),
        &[
            ("job", title),
            ("count", &waiting.count.to_string()),
            ("days", &days),
            ("day", &words.date(&waiting.day)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_said_as_one_and_several_are_counted() {
        let waiting = |what, count, days| Waiting {
            what,
            title: "Chef {count}".to_owned(),
            count,
            days,
            day: "2026-12-04".to_owned(),
        };
        let (en, fr) = (Words::of("en"), Words::of("fr"));
        let one = said(en, &waiting(Waits::Late, 1, 1));
        assert_eq!(one, "Chef {count}: an application has been in its stage for 1 day, longer than planned.");
        let many = said(en, &waiting(Waits::Late, 3, 12));
        assert!(many.contains("3 applications") && many.contains("12 days"), "{many}");
        let ends = said(fr, &waiting(Waits::OfferEnds, 1, 5));
        assert!(ends.starts_with("Chef {count} : ") && ends.contains("4 décembre 2026"), "{ends}");
        let untitled = Waiting { title: "  ".to_owned(), ..waiting(Waits::New, 2, 3) };
        assert!(said(en, &untitled).starts_with("A job without a title: "));
        let apart = Waiting { what: Waits::SetApart, count: 1, ..untitled };
        assert!(said(en, &apart).starts_with("No job in particular: a form "), "{}", said(en, &apart));
    }
}
