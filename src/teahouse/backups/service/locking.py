"""Locking a back-up to recipients, in the format of age, and opening one.

The host that makes back-ups knows only the recipients' public halves: whoever takes that host over
cannot open an older back-up by it. A key is an identity file of age; it may itself be locked by a
passphrase.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyrage

from teahouse.backups.model.manifest import LockedBackup
from teahouse.config import BadConfig
from teahouse.infra.vault.identities import AGE, FAULTS, keys_in

_age: Any = pyrage  # its types are in no package that we use


def recipients_of(texts: Sequence[str]) -> list[Any]:
    """Return recipients. Raises ``BadConfig`` for what is none."""
    try:
        return [_age.x25519.Recipient.from_str(text) for text in texts]
    except (_age.RecipientError, ValueError) as wrong:
        raise BadConfig("a recipient is age1 and 58 letters, as --new-key prints it") from wrong


def is_locked(path: Path) -> bool:
    """Tell whether a back-up wants an identity, or an identity a passphrase."""
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


def identities_of(path: Path, passphrase: str) -> list[Any]:
    """Return the identities of a file. Raises ``LockedBackup`` when it cannot be opened."""
    content = path.read_bytes()
    try:
        found = keys_in(content, passphrase)
    except FAULTS as wrong:
        if content.startswith(AGE):
            raise LockedBackup(f"the passphrase does not open {path}") from wrong
        raise LockedBackup(f"{path} is not an identity of age") from wrong
    if not found:
        raise LockedBackup(f"there is no identity in {path}")
    return found


@contextmanager
def locked(out: BinaryIO, recipients: Sequence[Any]) -> Iterator[BinaryIO]:
    """Give what is to be written to, so that ``out`` gets it locked; ``out`` itself without any."""
    if not recipients:
        yield out
        return
    source, sink = _pipe()
    work = partial(_age.encrypt_io, source, out, list(recipients))
    with _beside(work, source) as faults:
        try:
            with sink:
                yield sink
        except BrokenPipeError:
            if not faults:
                raise
    if faults:
        raise faults[0]


@contextmanager
def opened(path: Path, identities: Sequence[Any]) -> Iterator[BinaryIO]:
    """Give a back-up's content to be read once. Raises ``LockedBackup``."""
    with path.open("rb") as file:
        begins = file.read(len(AGE))
        file.seek(0)
        if begins != AGE:
            yield file
            return
        if not identities:
            raise LockedBackup
        source, sink = _pipe()
        work = partial(_age.decrypt_io, file, sink, list(identities))
        with _beside(work, sink) as faults, source:
            if not source.peek(1):
                raise LockedBackup("no key of those given opens the back-up, or it was changed")
            yield cast("BinaryIO", source)
            if faults:
                raise LockedBackup("the back-up was changed, or is not whole")


def _pipe() -> tuple[Any, Any]:
    read, write = os.pipe()
    return os.fdopen(read, "rb"), os.fdopen(write, "wb")


@contextmanager
def _beside(work: Callable[[], None], end: BinaryIO) -> Iterator[list[Exception]]:
    """Run ``work`` in a thread for the length of the block; give the list of what it raised.

    Its end of the pipe is closed when it ends, however it does, so that nobody waits at the other.
    """
    faults: list[Exception] = []

    def run() -> None:
        with suppress(OSError), end:
            try:
                work()
            except Exception as fault:  # noqa: BLE001 - told by the one who waits
                faults.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield faults
    finally:
        thread.join()
