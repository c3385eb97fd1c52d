-- Nobody names files without their uses any more: look through what was there before.
update collection_filling set stage = 'events' where stage = 'waiting';
