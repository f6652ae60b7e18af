//! What is read out of an address, and what is chosen and counted of a board.

use zumodra_shared::ats::{Job, SalaryPeriod};
use zumodra_shared::kernel::{RecordId, Timestamp};

use super::*;

fn job(number: u128, team: &str, city: &str) -> PublicJob {
    let job = Job {
        title: format!("Job {number}"),
        team: team.into(),
        location_city: city.into(),
        published_at: Some(Timestamp(i64::try_from(number).expect("small"))),
        ..Job::default()
    };
    PublicJob {
        id: RecordId::from_u128(number),
        slug: format!("job-{number}"),
        job,
        translations: Vec::new(),
    }
}

fn board(jobs: Vec<PublicJob>) -> Board {
    Board::of(jobs, String::new())
}

fn found(board: &Board, query: &str) -> Vec<u128> {
    let listing = Listing::of(board, &Wanted::read(Some(query)), Language::En);
    listing.hits.iter().map(|hit| hit.public.id.as_u128()).collect()
}

#[test]
fn a_filter_counts_what_it_would_leave_while_the_others_stay() {
    let board = board(vec![job(1, "Sales", "Lyon"), job(2, "Sales", "Paris"), job(3, "Data", "Lyon")]);
    let listing = Listing::of(&board, &Wanted::read(Some("team=Sales")), Language::En);
    assert_eq!((listing.open, listing.hits.len()), (3, 2));
    let counts = |index: usize| -> Vec<(String, usize)> {
        listing.choices[index].iter().map(|c| (c.value.clone(), c.count)).collect()
    };
    assert_eq!(counts(0), [("Data".into(), 1), ("Sales".into(), 2)]);
    assert_eq!(counts(1), [("Lyon".into(), 1), ("Paris".into(), 1)]);
}

#[test]
fn every_address_has_a_list() {
    let board = board((0..45).map(|n| job(n, "a", "b")).collect());
    for (query, page, shown) in [
        ("", 1, 20),
        ("page=3", 3, 5),
        ("page=99999", 3, 5),
        ("page=-1", 1, 20),
        ("page=x&sort=y&team=%ff", 1, 0),
        ("near=Nowhereville&km=-7", 1, 20),
        ("sort=distance", 1, 20),
    ] {
        let listing = Listing::of(&board, &Wanted::read(Some(query)), Language::En);
        assert_eq!((listing.page, listing.shown().len()), (page, shown), "{query}");
    }
}

#[test]
fn featured_jobs_come_first_and_then_the_newest() {
    let mut jobs = vec![job(1, "", ""), job(2, "", ""), job(3, "", "")];
    jobs[0].job.is_featured = true;
    assert_eq!(found(&board(jobs), ""), [1, 3, 2]);
}

#[test]
fn near_a_place_the_nearest_comes_first_and_what_is_too_far_or_nowhere_is_left_out() {
    let jobs = [(1, "Paris"), (2, "Villeurbanne"), (3, "Lyon"), (4, ""), (5, "Grenoble")];
    let board = board(jobs.map(|(number, city)| job(number, "", city)).to_vec());
    assert_eq!(found(&board, "near=lyon&km=10"), [3, 2]);
    assert_eq!(found(&board, "near=Lyon,+France&km=100"), [3, 2, 5]);
    assert_eq!(found(&board, "near=lyon&sort=newest"), [3, 2]);
    let listing = Listing::of(&board, &Wanted::read(Some("near=nowhereville")), Language::En);
    assert_eq!((listing.near, listing.hits.len(), listing.order), (Near::Unknown, 5, Sort::Newest));
    assert!(listing.has_places);
}

#[test]
fn every_skill_that_is_asked_for_has_to_be_there_however_it_is_written() {
    let mut jobs = vec![job(1, "", ""), job(2, "", ""), job(3, "", "")];
    for (at, skills) in [(0, vec!["Rust", "SQL"]), (1, vec!["rust"]), (2, vec!["Élevage"])] {
        jobs[at].job.required_skills.0 = skills.into_iter().map(str::to_owned).collect();
    }
    jobs[2].job.preferred_skills.0 = ["SQL".to_owned()].into_iter().collect();
    let board = board(jobs);
    assert_eq!(found(&board, "skill=RUST"), [2, 1]);
    assert_eq!(found(&board, "skill=rust&skill=sql"), [1]);
    assert_eq!(found(&board, "skill=elevage"), [3]);
    assert_eq!(found(&board, "skill=cobol"), Vec::<u128>::new());
    let listing = Listing::of(&board, &Wanted::read(Some("skill=rust&skill=Rust")), Language::En);
    let shown: Vec<(&str, usize, bool)> =
        listing.skills.iter().map(|c| (c.label.as_str(), c.count, c.is_chosen)).collect();
    assert_eq!(shown, [("Rust", 2, true), ("SQL", 1, false)]);
}

#[test]
fn pay_is_compared_by_the_year_in_one_currency_and_only_where_it_is_shown() {
    let paid = |number: u128, max: i64, currency: &str, period: &str, is_shown: bool| {
        let mut public = job(number, "", "");
        public.job.salary_max = Some(max);
        public.job.salary_currency = currency.into();
        public.job.salary_period = SalaryPeriod::from_name(period);
        public.job.show_salary = is_shown;
        public
    };
    let board = board(vec![
        paid(1, 6_000_000, "CAD", "yearly", true),
        paid(2, 5_000, "CAD", "hourly", true),
        paid(3, 9_000_000, "EUR", "yearly", true),
        paid(4, 99_000_000, "CAD", "yearly", false),
        job(5, "", ""),
    ]);
    assert_eq!(board.currency, "CAD");
    assert_eq!(found(&board, "salary=60000"), [2, 1]);
    assert_eq!(found(&board, "salary=60001"), [2]);
    assert_eq!(found(&board, "salary=104001"), Vec::<u128>::new());
    assert_eq!(found(&board, "salary=-5"), found(&board, ""));
    let listing = Listing::of(&board, &Wanted::read(Some("salary=55000")), Language::En);
    let shown: Vec<(&str, usize)> = listing.salaries.iter().map(|c| (c.label.as_str(), c.count)).collect();
    assert_eq!(
        shown,
        [
            ("20,000 CAD a year", 2),
            ("40,000 CAD a year", 2),
            ("55,000 CAD a year", 2),
            ("60,000 CAD a year", 2),
            ("80,000 CAD a year", 1),
            ("100,000 CAD a year", 1)
        ]
    );
}

#[test]
fn steps_of_pay_are_round() {
    for (amount, step) in [(0, 1), (1, 1), (3, 5), (13_000, 20_000), (50_000, 50_000), (50_001, 100_000)] {
        assert_eq!(round_step(amount), step, "{amount}");
    }
}

#[test]
fn a_query_reads_back() {
    let text = "q=a+%26+b&city=S%C3%A3o+Paulo&level=senior&skill=C%2B%2B&skill=Rust&salary=60000&near=Rio&km=100&sort=title&page=2";
    let wanted = Wanted::read(Some(text));
    assert_eq!(wanted.query(2, None), text);
    assert_eq!(Wanted::read(Some(&wanted.query(2, None))), wanted);
}
