-- The survey is summed up over half-years that are over, all jobs together: sums of different months or jobs, subtracted from
-- each other, would give what one person answered. What is never told apart is not stored apart either.
create table survey_sums (
    form       text not null,
    half_year  text not null check (half_year ~ '^[0-9]{4}-H[12]$'),
    question   text not null,
    choice     text not null,
    answers    bigint not null check (answers > 0),
    primary key (form, half_year, question, choice)
);

insert into survey_sums
    (form, half_year, question, choice, answers)
select
    form,
    substr(month, 1, 4) || case when substr(month, 6) <= '06' then '-H1' else '-H2' end,
    question,
    choice,
    sum(answers)
from survey_counts
group by 1, 2, 3, 4;

drop table survey_counts;
