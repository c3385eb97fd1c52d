"""Algorithms as everybody may read them, and as they are filed."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from teahouse.algorithms.model import Algorithm, AlgorithmBook, AlgorithmSwitch, AlgorithmWords

# Whether something runs now; ``None`` where that depends on who asks.
Runs = Callable[[Algorithm], bool | None]


class AlgorithmWire(msgspec.Struct, frozen=True, kw_only=True):
    """What decides, ranks or points by itself; ``runs`` is empty where each person chooses."""

    id: str
    name: AlgorithmWords
    does: str
    how: AlgorithmWords
    data: AlgorithmWords
    purposes: list[str]
    touches: AlgorithmWords
    person: AlgorithmWords
    switch: AlgorithmSwitch
    told: str
    runs: bool | None


class AlgorithmsWire(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides, ranks or points by itself in this house."""

    version: str
    algorithms: list[AlgorithmWire]


class FiledWire(msgspec.Struct, frozen=True, kw_only=True):
    """A row as an authority is told of it."""

    id: str
    name: AlgorithmWords
    filing: str
    does: str
    how: AlgorithmWords
    data: AlgorithmWords
    touches: AlgorithmWords
    person: AlgorithmWords
    owner: str
    switch: AlgorithmSwitch
    code: list[str]
    runs: bool | None


class FilingWire(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed to an authority: who runs the house, and every row."""

    provider: str
    contact: str
    service: str
    address: str
    made_at: datetime
    version: str
    algorithms: list[FiledWire]


def algorithms_wire(book: AlgorithmBook, runs: Runs) -> AlgorithmsWire:
    """Return the rows for everybody."""
    return AlgorithmsWire(
        version=book.version,
        algorithms=[
            AlgorithmWire(
                id=one.id,
                name=one.name,
                does=one.does.value,
                how=one.how,
                data=one.data,
                purposes=list(one.purposes),
                touches=one.touches,
                person=one.person,
                switch=one.switch,
                told=one.told,
                runs=runs(one),
            )
            for one in book.algorithms
        ],
    )


def filed_wire(one: Algorithm, runs: Runs) -> FiledWire:
    """Return a row for an authority."""
    return FiledWire(
        id=one.id,
        name=one.name,
        filing=one.filing,
        does=one.does.value,
        how=one.how,
        data=one.data,
        touches=one.touches,
        person=one.person,
        owner=one.owner,
        switch=one.switch,
        code=list(one.code),
        runs=runs(one),
    )
