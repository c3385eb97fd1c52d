-- Those that apps were given while the old code still ran.
update accounts_sessions s set matrix_only = true
from grants_sessions g where g.session_id = s.session_id and not s.matrix_only;
