"""Relations as Matrix clients see them."""

from collections.abc import Sequence

import msgspec

_encode = msgspec.json.Encoder().encode


def page_answer(
    chunk: Sequence[bytes], next_batch: str | None, prev_batch: str | None = None, depth: int = 0
) -> bytes:
    """Return a page of ``/relations`` or ``/threads``."""
    parts = [b'{"chunk":[', b",".join(chunk), b"]"]
    if next_batch is not None:
        parts += [b',"next_batch":', _encode(next_batch)]
    if prev_batch is not None:
        parts += [b',"prev_batch":', _encode(prev_batch)]
    if depth:
        parts += [b',"recursion_depth":%d' % depth]
    return b"".join([*parts, b"}"])
