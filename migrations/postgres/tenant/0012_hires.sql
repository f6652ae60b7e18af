-- What belongs to an employee is found by them: it moves with them when a wall is put up or taken down.
create index records_employee on records ((fields->>'employee_id')) where fields->>'employee_id' is not null;
