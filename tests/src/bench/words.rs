//! Names and texts by seed: words of a made-up language whose frequencies fall off as those of every language do.

use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

/// Words of the language.
pub const WORDS: u32 = 20_000;
const ONSETS: [&str; 16] = ["b", "br", "c", "d", "f", "g", "gr", "k", "l", "m", "n", "p", "r", "s", "t", "v"];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const CODAS: [&str; 8] = ["", "n", "r", "s", "l", "t", "ck", "m"];
const LEVELS: [&str; 5] = ["Senior", "Junior", "Lead", "Principal", "Associate"];
const FIELDS: [&str; 12] = [
    "software", "data", "quality", "safety", "process", "network", "energy", "bridge", "health", "learning",
    "payroll", "field",
];
const TRADES: [&str; 6] = ["engineer", "analyst", "manager", "designer", "adviser", "planner"];

fn pick<'a>(list: &[&'a str], number: u32) -> &'a str {
    list[usize::try_from(number).unwrap_or_default() % list.len()]
}

/// The word of a rank; the same rank is always the same word.
#[must_use]
pub fn word(rank: u32) -> String {
    // Spread over the syllables, so that words of neighbouring ranks look nothing alike.
    let mut rest = rank.wrapping_mul(2_654_435_761);
    let mut word = String::new();
    for _ in 0..2 + rank % 2 {
        word.push_str(pick(&ONSETS, rest));
        word.push_str(pick(&VOWELS, rest >> 4));
        word.push_str(pick(&CODAS, rest >> 7));
        rest = rest.rotate_right(10);
    }
    word
}

/// The rank of a word that is met: low ranks are met often.
pub fn rank(rng: &mut ChaCha8Rng) -> u32 {
    let share: f64 = rng.random();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the count of words")]
    let rank = (f64::from(WORDS).powf(share) - 1.0) as u32;
    rank.min(WORDS - 1)
}

/// A name: any word, the rare ones as often as the others.
pub fn name(rng: &mut ChaCha8Rng) -> String {
    let word = word(rng.random_range(0..WORDS));
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What somebody does.
pub fn title(rng: &mut ChaCha8Rng) -> String {
    let [level, field, trade] = [(); 3].map(|()| rng.random::<u32>());
    format!("{} {} {}", pick(&LEVELS, level), pick(&FIELDS, field), pick(&TRADES, trade))
}

/// A text of about so many characters.
pub fn text(rng: &mut ChaCha8Rng, chars: usize) -> String {
    let mut text = String::with_capacity(chars + 16);
    while text.len() < chars {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word(rank(rng)));
    }
    text
}
