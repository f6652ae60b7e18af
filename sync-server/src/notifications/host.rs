//! The mail about a host of the workspace's own that leads nowhere any more.

use zumodra_shared::kernel::time::Millis;

use super::letter::{Draft, MAX_VALUE_CHARS};

impl Draft {
    /// Tells that a host of the workspace's own will lead nowhere from some moment on, or does so already.
    pub(super) fn tells_of_host(&mut self, host: &str, ends_at: Option<Millis>) {
        let words = self.words;
        self.fills("host", host, MAX_VALUE_CHARS);
        let (subject, text) = match ends_at {
            Some(at) => {
                self.fills("day", &words.day(at), MAX_VALUE_CHARS);
                (words.host_missing_subject, words.host_missing_text)
            }
            None => (words.host_lost_subject, words.host_lost_text),
        };
        self.says(subject, &[text, words.host_next], words.deletion_why);
    }
}
