-- no-transaction
-- What a hold has put aside, page by page.
create index concurrently if not exists holds_kept_by_hold on holds_kept (hold_id, kept_id);
