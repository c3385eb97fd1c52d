"""Summing up what the verifier found in a stretch."""

from collections.abc import Mapping

from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.verifier import Verified
from teahouse.renewals.model.sums import ColumnSums, Sums

NAMED_MAX = 20


def sums_of(sealed: Sealed, seen: Verified, compared: Mapping[str, tuple[int, int]]) -> Sums:
    """Return it; ``compared`` are the same and the changed, by column."""
    columns = seen.columns.values()
    named = [f"broken {column.name} {row}" for column in columns for row in column.broken]
    named += [f"unindexed {row}" for row in seen.unindexed_rows]
    named += [f"old {column.name}" for column in columns if column.old]
    return Sums(
        place=sealed.table,
        seen=sum(column.values for column in columns),
        opened=sum(column.opened for column in columns),
        erased=sum(column.erased for column in columns),
        old=sum(column.old for column in columns),
        broken=sum(column.broken_count for column in columns),
        unindexed=seen.unindexed,
        same=sum(same for same, _ in compared.values()),
        changed=sum(changed for _, changed in compared.values()),
        named=tuple(named[:NAMED_MAX]),
        columns={
            name: ColumnSums(
                one.values,
                one.opened,
                one.erased,
                one.old,
                one.broken_count,
                *compared.get(name, (0, 0)),
            )
            for name, one in seen.columns.items()
        },
    )
