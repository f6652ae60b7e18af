//! What is recognised in texts, rule by rule.

use zumodra_resume::{Date, End, Fields, read};

fn fields(text: &str) -> Fields {
    read(text.as_bytes(), None).expect("it is text").fields
}

fn date(year: u16, month: u8) -> Date {
    Date { year, month: (month > 0).then_some(month) }
}

/// Jobs as "title @ company, place".
fn jobs(text: &str) -> Vec<String> {
    let job = |found: &zumodra_resume::Found<zumodra_resume::Job>| {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let job = &found.value;
        format!("{} @ {}, {}", text(&job.title), text(&job.company), text(&job.place))
    };
    fields(text).jobs.iter().map(job).collect()
}

#[test]
fn the_head_of_a_resume_is_recognised() {
    let found = fields(
        "Curriculum vitae\nMarie-Claude de la Tour, MBA\nDirectrice financière\n12 rue des Lilas, 75011 Paris | +33 6 12 34 56 78\n\
         mc.delatour@example.fr | linkedin.com/in/mcdelatour\n\nEXPÉRIENCE\nDirectrice, Acme, 2019",
    );
    assert_eq!(found.name.expect("a name").value, "Marie-Claude de la Tour");
    assert_eq!(found.headline.expect("a headline").value, "Directrice financière");
    assert_eq!(found.location.expect("a place").value, "12 rue des Lilas, 75011 Paris");
    assert_eq!(found.phones[0].value, "+33 6 12 34 56 78");
    assert_eq!(found.links[0].value, "linkedin.com/in/mcdelatour");
}

#[test]
fn a_field_says_on_which_lines_it_was_found() {
    let resume =
        read(b"Jane Doe\njane@example.com\n\nEXPERIENCE\nEngineer\nAcme\n2019 - 2020\n- Built it.", None)
            .expect("text");
    let job = &resume.fields.jobs[0];
    let line = |at: u32| resume.text[at as usize].text.as_str();
    assert_eq!(line(resume.fields.emails[0].lines.first), "jane@example.com");
    assert_eq!((line(job.lines.first), line(job.lines.last)), ("Engineer", "• Built it."));
    assert_eq!(job.value.description, ["Built it."]);
}

#[test]
fn dates_keep_the_precision_that_is_written() {
    let found =
        fields("EXPERIENCE\nEngineer, Acme\n2019 - March 2020\n\nNurse, Mercy Hospital\nSince 04/2020");
    assert_eq!(found.jobs[0].value.start, Some(date(2019, 0)));
    assert_eq!(found.jobs[0].value.end, Some(End::At(date(2020, 3))));
    assert_eq!(found.jobs[1].value.start, Some(date(2020, 4)));
    assert_eq!(found.jobs[1].value.end, Some(End::Present));
}

#[test]
fn titles_and_companies_are_told_apart_in_either_order() {
    assert_eq!(
        jobs("WORK EXPERIENCE\nAcme Inc. | Austin, TX\nSoftware Engineer | 2019 - 2020"),
        ["Software Engineer @ Acme Inc., Austin, TX"]
    );
    assert_eq!(
        jobs("WORK EXPERIENCE\nSoftware Engineer at Acme\n2019 - 2020"),
        ["Software Engineer @ Acme, -"]
    );
    assert_eq!(
        jobs("EXPÉRIENCES\nChargée de paie chez Delmotte\ndepuis 2019"),
        ["Chargée de paie @ Delmotte, -"]
    );
    assert_eq!(
        jobs("EXPERIENCE\nNurse, Intensive Care, Mercy Hospital, Boston, MA\n2019 - 2020"),
        ["Nurse, Intensive Care @ Mercy Hospital, Boston, MA"]
    );
}

#[test]
fn where_words_do_not_tell_the_order_of_the_other_jobs_does() {
    let text = "EXPERIENCE\nBlue Door | Waiter\n2019 - 2020\n\nRed Lamp | Barista\n2018 - 2019\n\nGreen Mill | Wafflist\n2017 - 2018";
    assert_eq!(jobs(text), ["Waiter @ Blue Door, -", "Barista @ Red Lamp, -", "Wafflist @ Green Mill, -"]);
}

#[test]
fn a_company_above_several_roles_is_that_of_each() {
    let text =
        "EXPERIENCE\nAcme Inc.\nSenior Engineer\n2020 - 2022\n- Led.\n\nEngineer\n2018 - 2020\n- Built.";
    assert_eq!(jobs(text), ["Senior Engineer @ Acme Inc., -", "Engineer @ Acme Inc., -"]);
}

#[test]
fn entries_with_several_lines_before_and_behind_their_date_are_parted() {
    let text = "Experience\n\nGlobex Corporation\nSenior Engineer\nJanuary 2020 - Present (4 years 2 months)\nBoston, MA\n\
                Initech\nEngineer\nMarch 2017 - December 2019 (2 years 10 months)\nDenver, CO";
    assert_eq!(
        jobs(text),
        ["Senior Engineer @ Globex Corporation, Boston, MA", "Engineer @ Initech, Denver, CO"]
    );
}

#[test]
fn schools_and_degrees_are_told_apart() {
    let found = fields(
        "EDUCATION\nB.S. Computer Science, State University, 2013\n\nÉcole des Mines, Nancy\nDiplôme d'ingénieur\n2010 - 2013\n\n\
         University of California, Berkeley\nPhD Physics\n2015\n\nBSc Biology, Trinity Hall, 2010 - 2013",
    );
    let told: Vec<_> = found
        .education
        .iter()
        .map(|one| (one.value.school.as_deref().unwrap_or(""), one.value.degree.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            ("State University", "B.S. Computer Science"),
            ("École des Mines", "Diplôme d'ingénieur"),
            ("University of California, Berkeley", "PhD Physics"),
            ("Trinity Hall", "BSc Biology")
        ]
    );
}

#[test]
fn skills_lose_labels_levels_and_what_leads_to_them() {
    let found = fields(
        "SKILLS\nFrontend: React, Vue (advanced)\nProficient in Excel; SQL\n- Teamwork\nCloud: AWS (EC2, S3)",
    );
    let skills: Vec<&str> = found.skills.iter().map(|found| found.value.as_str()).collect();
    assert_eq!(skills, ["React", "Vue", "Excel", "SQL", "Teamwork", "AWS (EC2, S3)"]);
}

#[test]
fn languages_of_people_and_of_programs_are_told_apart() {
    let found = fields("LANGUAGES\nEnglish (fluent), Français : B2\n\nSKILLS\nLanguages: Python, Java");
    let languages: Vec<_> =
        found.languages.iter().map(|one| (one.value.name.as_str(), one.value.level.as_deref())).collect();
    assert_eq!(languages, [("English", Some("fluent")), ("Français", Some("B2"))]);
    assert_eq!(found.skills.len(), 2);
}

#[test]
fn certificates_keep_their_date() {
    let found = fields("CERTIFICATIONS\n- Certified Kubernetes Administrator (CKA), 2021\n- Permis B");
    assert_eq!(found.certifications[0].value.name, "Certified Kubernetes Administrator (CKA)");
    assert_eq!(found.certifications[0].value.date, Some(date(2021, 0)));
    assert_eq!(
        (found.certifications[1].value.name.as_str(), found.certifications[1].value.date),
        ("Permis B", None)
    );
}

#[test]
fn nothing_is_invented() {
    assert_eq!(fields("The weather was fine, and nobody looked for a job that day."), Fields::default());
}
