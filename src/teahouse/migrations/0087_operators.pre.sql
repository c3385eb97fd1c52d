-- squawk-ignore-file constraint-missing-not-valid
alter table operators_operators add column totp_made_at timestamptz;
alter table operators_operators add column totp_pending bytea;
alter table operators_operators add column totp_pending_until timestamptz;
alter table operators_operators add constraint operators_operators_pending
    check ((totp_pending is null) = (totp_pending_until is null));
alter table operators_sessions add column news_at timestamptz;
