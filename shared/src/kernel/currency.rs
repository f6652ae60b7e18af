//! Currencies (ISO 4217): how many digits the minor unit of one has, in which amounts are kept.

/// Currencies that have no minor unit.
const WHOLE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Currencies whose minor unit is a thousandth.
const THOUSANDTHS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Digits of a currency after the point.
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    if WHOLE.contains(&currency) {
        0
    } else if THOUSANDTHS.contains(&currency) {
        3
    } else {
        2
    }
}

/// An amount of minor units in plain digits, a point before the fraction: `1250.00`.
#[must_use]
pub fn plain(minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency);
    let unit = 10_u64.pow(digits);
    let (sign, amount) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    match digits {
        0 => format!("{sign}{amount}"),
        _ => format!("{sign}{}.{:0width$}", amount / unit, amount % unit, width = digits as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        for (minor, currency, text) in [
            (125_050, "CAD", "1250.50"),
            (5, "EUR", "0.05"),
            (-5, "EUR", "-0.05"),
            (6_000_000, "JPY", "6000000"),
            (1_500, "KWD", "1.500"),
            (0, "", "0.00"),
            (i64::MIN, "JPY", "-9223372036854775808"),
        ] {
            assert_eq!(plain(minor, currency), text, "{minor} {currency}");
        }
    }
}
