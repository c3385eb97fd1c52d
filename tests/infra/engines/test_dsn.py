"""Where a database of one's own is found."""

import pytest

from teahouse.config import BadConfig
from teahouse.infra.engines.connection import check_dsn


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://tea:x@db.example/teahouse",
        "postgres://tea:x@[2001:db8::1]:5433/teahouse",
        "postgresql://tea:x@one:5432,two:5433/teahouse?target_session_attrs=read-write",
        "postgresql://tea@/teahouse?host=/run/postgresql",
    ],
)
def test_one_host_or_several(dsn: str) -> None:
    check_dsn(dsn)


@pytest.mark.parametrize(
    "dsn", ["here", "mysql://a@b/c", "postgresql://a@b:0/c", "postgresql://a@b,c:x/d"]
)
def test_what_is_none(dsn: str) -> None:
    with pytest.raises(BadConfig):
        check_dsn(dsn)
