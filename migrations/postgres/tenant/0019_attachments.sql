-- Files beside the résumé: who may have one is asked by its hash.
create index records_file on records ((fields->>'file_hash')) where fields->>'file_hash' is not null;
