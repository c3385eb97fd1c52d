-- What there was is looked through once the new release runs everywhere.
alter table detectors_lists validate constraint detectors_lists_kind_check;
