//! The name of a tenant's schema and role: `t_` and 26 letters and digits that stand for the tenant's id.

use std::fmt;

use zumodra_shared::kernel::RecordId;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS: usize = 26;

/// A name that is safe to stand in SQL text: it can hold nothing but `t_` and 26 of 32 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaName(String);

impl SchemaName {
    /// The schema of a tenant.
    #[must_use]
    pub fn of(tenant_id: RecordId) -> Self {
        let bits = tenant_id.as_u128();
        let mut name = String::with_capacity(2 + LETTERS);
        name.push_str("t_");
        for place in (0..LETTERS).rev() {
            let digit = (bits >> (place * 5)) & 31;
            name.push(char::from(ALPHABET[usize::try_from(digit).unwrap_or_default()]));
        }
        Self(name)
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let letters = name.strip_prefix("t_")?;
        let fits = letters.len() == LETTERS && letters.bytes().all(|letter| ALPHABET.contains(&letter));
        fits.then(|| Self(name.to_owned()))
    }

    /// The name, for SQL text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_names_of_one_length_that_read_back_and_differ() {
        let ids = [RecordId::nil(), RecordId::from_u128(1), RecordId::from_u128(32), RecordId::max()];
        let names: Vec<_> = ids.into_iter().map(SchemaName::of).collect();
        for (index, name) in names.iter().enumerate() {
            assert_eq!(SchemaName::parse(name.as_str()).as_ref(), Some(name));
            assert!(!names[..index].contains(name));
        }
    }

    #[test]
    fn nothing_else_is_a_name() {
        for bad in [
            "public",
            "t_",
            "t_0000000000000000000000000\"",
            "T_00000000000000000000000000",
            "t_0000000000000000000000000;",
        ] {
            assert!(SchemaName::parse(bad).is_none(), "{bad}");
        }
    }
}
