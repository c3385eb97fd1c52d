"""What PostgreSQL is told as a child of ours."""

from teahouse.infra.engines.postgres import BUFFERS_MB_MAX, BUFFERS_MB_MIN, buffers_mb


def test_it_keeps_pages_in_a_sixteenth_of_the_memory_within_bounds() -> None:
    assert buffers_mb(512 << 20) == BUFFERS_MB_MIN, "a small machine's own need comes first"
    assert buffers_mb(16 << 30) == 1024
    assert buffers_mb(1 << 40) == BUFFERS_MB_MAX, "beyond, the machine keeps files better itself"
