//! Tables for people at a terminal.

/// Prints rows under their headings, each column as wide as its widest cell.
pub fn print<const N: usize>(headings: [&str; N], rows: &[[String; N]]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].chars().count()]).max().unwrap_or_default()
    };
    let line = |cells: [&str; N]| {
        let mut line = String::new();
        for (column, cell) in cells.into_iter().enumerate() {
            line.push_str(&format!("{cell:<width$}  ", width = width(column)));
        }
        println!("{}", line.trim_end());
    };
    line(headings);
    for row in rows {
        line(std::array::from_fn(|column| row[column].as_str()));
    }
}
