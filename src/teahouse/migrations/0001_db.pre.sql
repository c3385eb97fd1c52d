-- The migrator makes its own book before anything else; this row only dates it.
select 1;
