-- How likely a machine held it that a picture shows a child: each picture is asked about once.
create table appearances_scores (
    media_id text primary key,
    score_percent smallint not null check (score_percent between 0 and 100),
    boxes text not null, -- JSON: where in the picture
    scored_at timestamptz not null
);
create index appearances_scores_by_time on appearances_scores (scored_at);
