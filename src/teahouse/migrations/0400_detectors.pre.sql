-- squawk-ignore-file ban-drop-constraint
-- A list may have weights: entries that add to a text's score or take from it.
alter table detectors_lists drop constraint detectors_lists_kind_check;
alter table detectors_lists add constraint detectors_lists_kind_check check (
    kind in ('words', 'places', 'pictures', 'velocity', 'weights')
) not valid;
