"""What a sink's answer means; and what to do first after a theft."""

from datetime import timedelta

import pytest

from teahouse.reports.model import looks
from teahouse.reports.model.sinks import SINKS, Follows, State, lacking, residual, unknown
from teahouse.reports.model.stolen import DEK, INDEX, KEK, STOLEN, order
from teahouse.reports.model.words import CLASSES
from tests.reports.facts import ENDED, column, seen


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({}, State.CLEAN),
        ({"log_statement": "ddl"}, State.CLEAN),
        ({"log_statement": "all"}, State.HOLDS_OLD),
        ({"log_statement": "all", "log_parameter_max_length": "0"}, State.CLEAN),
        ({"log_min_duration_statement": "500"}, State.HOLDS_OLD),
        ({"log_parameter_max_length_on_error": "64"}, State.HOLDS_OLD),
    ],
)
def test_the_statement_log_holds_values_only_when_it_is_told_to(
    settings: dict[str, str], state: State
) -> None:
    assert looks.statement_logs(settings).state == state.value


def test_a_replica_counts_once_it_shows_the_end_of_the_run() -> None:
    now = ENDED + timedelta(seconds=60)
    assert looks.replicas([], now, ENDED).state == State.CLEAN.value
    assert looks.replicas([("a", 59.0, True)], now, ENDED).state == State.CLEAN.value
    late = looks.replicas([("a", 0.0, True), ("b", 61.0, True)], now, ENDED)
    assert (late.state, late.counted) == (State.HOLDS_OLD.value, 1)
    assert looks.replicas([("a", 0.0, False)], now, ENDED).state == State.UNREACHABLE.value


def test_the_database_is_clean_when_the_verifier_counted_nothing() -> None:
    assert looks.primary([]).state == State.DECLARED.value
    assert looks.primary([column()]).state == State.CLEAN.value
    assert looks.primary([column(), column(old=2)]).counted == 2
    assert looks.primary([column(broken=1)]).state == State.HOLDS_OLD.value


def test_what_is_personal_in_a_log_is_counted() -> None:
    lines = [b"started", b"to +8613800138000", b"from a@b.example", b"\\xd7544856", b"id 12345"]
    assert looks.personal_lines(lines) == 3
    assert looks.program_logs(2, 0).state == State.CLEAN.value
    assert looks.program_logs(2, 1).state == State.HOLDS_OLD.value
    assert looks.bus(["x"]).state == State.HOLDS_OLD.value
    assert looks.caches(["h:1"], 2).state == State.HOLDS_OLD.value


def test_where_old_ciphertext_may_be_is_said() -> None:
    everything = seen(backups=State.EXPIRES, key_files=State.DECLARED, clients=State.DECLARED)
    assert [one.sink for one in residual(everything)] == ["backups", "key_files"]
    assert unknown(everything) == lacking(everything) == []
    assert unknown(everything[3:]) == lacking(everything[3:]) == [one.name for one in SINKS[:3]]
    assert unknown(seen(bus=State.UNREACHABLE)) == ["bus"]


def test_every_sink_is_told_in_both_languages() -> None:
    for sink in SINKS:
        assert all((sink.title.zh, sink.title.en, sink.how.zh, sink.how.en))
        assert sink.looked or sink.follows in (Follows.NOTHING, Follows.OPERATOR)


def test_after_a_theft_wrapping_comes_first_and_sealing_anew_is_not_left_out() -> None:
    for name, stolen in STOLEN.items():
        classes = [step.data_class for step in order(name)]
        assert len(classes) == len(set(classes)) > 0
        assert set(classes) <= set(CLASSES)
        assert all(step.why.zh and step.why.en for step in stolen.steps)
        assert stolen.remains.zh
        assert stolen.remains.en
    for name in ("kek_file", "dump_and_key"):
        classes = [step.data_class for step in order(name)]
        assert classes[0] == KEK
        assert {DEK, INDEX} < set(classes)
        assert [step.data_class for step in order(name) if step.sensitive_first] == [DEK]
    assert [step.data_class for step in order("index_key")] == [INDEX]
    with pytest.raises(KeyError):
        order("the moon")
