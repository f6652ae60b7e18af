//! Plain text as people write it, read as paragraphs and lists. Nothing in it is ever taken for markup.

use zumodra_shared::ats::rules::is_email;

/// A paragraph or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Lines that stand together.
    Paragraph(Vec<String>),
    /// A list; numbered ones count.
    List {
        /// The number of its first item, if they are numbered; those after it count on.
        numbered: Option<usize>,
        /// The items.
        items: Vec<String>,
    },
}

/// Blocks of the longest text; what is beyond would fill a page of 100 kB by itself.
const MAX_BLOCKS: usize = 400;

/// Reads a text for a page.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    blocks_up_to(text, MAX_BLOCKS)
}

/// Reads a text in which there may be as many blocks as this.
#[must_use]
pub fn blocks_up_to(text: &str, max: usize) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut is_open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            is_open = false;
            continue;
        }
        let item = bullet(line).map(|item| (None, item));
        let item = item.or_else(|| number(line).map(|(number, item)| (Some(number), item)));
        match (item, found.last_mut()) {
            // A blank line between the items of a list does not end it.
            (Some((is_numbered, item)), Some(Block::List { numbered, items }))
                if is_numbered == numbered.map(|first| first + items.len()) =>
            {
                items.push(item.to_owned());
            }
            (Some((numbered, item)), _) => found.push(Block::List { numbered, items: vec![item.to_owned()] }),
            (None, Some(Block::Paragraph(lines))) if is_open => lines.push(line.to_owned()),
            (None, _) => found.push(Block::Paragraph(vec![line.to_owned()])),
        }
        is_open = true;
        if found.len() == max {
            break;
        }
    }
    found
}

fn bullet(line: &str) -> Option<&str> {
    let rest = ["- ", "* ", "• ", "– ", "· "].iter().find_map(|mark| line.strip_prefix(mark))?.trim();
    (!rest.is_empty()).then_some(rest)
}

fn number(line: &str) -> Option<(usize, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") "))?.trim();
    let number = line[..digits].parse().ok()?;
    ((1..=3).contains(&digits) && !rest.is_empty()).then_some((number, rest))
}

/// The blocks as HTML in which everything that was written is escaped.
#[must_use]
pub fn html(blocks: &[Block]) -> String {
    let mut html = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
                html.push_str(&format!("<p>{}</p>", lines.join("<br>")));
            }
            Block::List { numbered, items } => {
                let items: String = items.iter().map(|item| format!("<li>{}</li>", escaped(item))).collect();
                html.push_str(&match numbered {
                    None => format!("<ul>{items}</ul>"),
                    Some(1) => format!("<ol>{items}</ol>"),
                    Some(first) => format!("<ol start=\"{first}\">{items}</ol>"),
                });
            }
        }
    }
    html
}

/// A text in which nothing is markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A line in which nothing is markup, with the e-mail and web addresses in it as links.
#[must_use]
pub fn linked(line: &str) -> String {
    let words = line.split_whitespace().map(|word| {
        let bare = word.trim_matches(|c: char| "()<>[],;:!?.\"".contains(c));
        let href = if is_email(bare) {
            format!("mailto:{bare}")
        } else if bare.starts_with("https://") && url::Url::parse(bare).is_ok() {
            bare.to_owned()
        } else {
            return escaped(word);
        };
        let link = format!("<a href=\"{}\">{}</a>", escaped(&href), escaped(bare));
        escaped(word).replacen(&escaped(bare), &link, 1)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The beginning of a text in one line, for descriptions of pages.
#[must_use]
pub fn teaser(text: &str, max_chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max_chars {
        return line;
    }
    let cut: String = line.chars().take(max_chars).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_lists_are_told_apart() {
        let text = "Hello\nworld\n\nYou:\n- one\n* two\n\n- three\n1. first\n2) second\nlast";
        assert_eq!(
            html(&blocks(text)),
            "<p>Hello<br>world</p><p>You:</p><ul><li>one</li><li>two</li><li>three</li></ul>\
             <ol><li>first</li><li>second</li></ol><p>last</p>"
        );
    }

    #[test]
    fn numbers_stay_what_was_written() {
        assert_eq!(
            html(&blocks("1. Notice\nThree months.\n\n2. Secrecy\n3. Clauses\n5. Rest")),
            "<ol><li>Notice</li></ol><p>Three months.</p>\
             <ol start=\"2\"><li>Secrecy</li><li>Clauses</li></ol><ol start=\"5\"><li>Rest</li></ol>"
        );
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(
            html(&blocks("<script>alert('x')</script>")),
            "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</p>"
        );
        assert_eq!(html(&blocks("- <b onclick=\"x\">")), "<ul><li>&lt;b onclick=&quot;x&quot;&gt;</li></ul>");
    }

    #[test]
    fn what_only_looks_like_a_list_is_a_paragraph() {
        for text in ["-", "2026 was good", "1.5 days", "-5 degrees", "12345. x"] {
            assert_eq!(blocks(text), [Block::Paragraph(vec![text.to_owned()])], "{text}");
        }
    }

    #[test]
    fn a_text_of_many_blocks_is_cut() {
        assert_eq!(blocks(&"a\n\n".repeat(MAX_BLOCKS + 10)).len(), MAX_BLOCKS);
    }

    #[test]
    fn addresses_in_a_line_are_links_and_nothing_else_is_markup() {
        assert_eq!(
            linked("Ask <b>Ada</b> (ada@example.org), https://example.org/?a=1&b=2."),
            "Ask &lt;b&gt;Ada&lt;/b&gt; (<a href=\"mailto:ada@example.org\">ada@example.org</a>), \
             <a href=\"https://example.org/?a=1&amp;b=2\">https://example.org/?a=1&amp;b=2</a>."
        );
        assert_eq!(linked("javascript:alert(1) \"><x>"), "javascript:alert(1) &quot;&gt;&lt;x&gt;");
    }

    #[test]
    fn a_teaser_ends_at_a_word() {
        assert_eq!(teaser("one two, three", 10), "one two…");
        assert_eq!(teaser("one  two", 10), "one two");
        assert_eq!(teaser("éééééééé", 4), "éééé…");
    }
}
