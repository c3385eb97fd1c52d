alter table accounts_sessions add column matrix_only boolean not null default false;
update accounts_sessions s set matrix_only = true
from grants_sessions g where g.session_id = s.session_id;
