//! Shows what is read of a résumé: `cargo run -p zumodra-resume --example show -- FILE [--fields]`.

#![allow(missing_docs, reason = "a program")]

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the file");
    let bytes = std::fs::read(&path).expect("the file can be read");
    match zumodra_resume::read(&bytes, None) {
        Err(error) => println!("{path}: {error}"),
        Ok(resume) => {
            for (number, line) in resume.text.iter().enumerate() {
                println!("{}{number:4} p{} {}", if line.gap { "\n" } else { "" }, line.page, line.text);
            }
            println!("{}", serde_json::to_string_pretty(&resume.fields).expect("it is JSON"));
        }
    }
}
