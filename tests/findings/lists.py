"""The list of 2021 in its real proportions: 201 to be rectified, and 8 shut down.

Of the 201, 146 did not say what each embedded part collects, 79 collected before consent, 51 asked
for permissions before they were used, and 49 had no way to delete or to complain. Seven apps were run
by one company and one by another, as the press named them; five of the eight dealt in foreign
exchange and gambling, three in pornography and violence.
"""

import csv
import io
from typing import Any

AUTHORITY = "Communications administration"
COUNT, SHUT = 201, 8
CLAUSES = {"B5": 146, "B9": 79, "B7": 51, "B27": 49}
SEVEN, ONE = "Operator of seven", "Operator of one"
ILLEGAL = (
    "I1", "I2", "I1 I2", "I1", "I2", "I3", "I4", "I3 I4",
)  # fmt: skip
COLUMNS = ("number", "programme", "clauses", "kind", "target", "name", "version", "store",
           "operator", "facts", "found", "deadline")  # fmt: skip


def clauses_of(nth: int) -> list[str]:
    """Return what is held against one of the 201: each share, spread so that none is without."""
    found: list[str] = []
    at = 0
    for clause, count in CLAUSES.items():
        if (nth - at) % COUNT < count:
            found.append(clause)
        at += count
    return found


def row(nth: int, **more: str) -> dict[str, str]:
    """Return a finding of the list."""
    company = SEVEN if nth < 7 else ONE if nth == 7 else f"Company {nth}"
    return {
        "number": f"2021-{nth:03}", "programme": "privacy", "clauses": " ".join(clauses_of(nth)),
        "kind": "program", "target": f"wx{nth:04}", "name": f"App {nth}", "version": "1.0",
        "store": "Store", "operator": company, "facts": "As tested.", "found": "2021-07-20",
        "deadline": "2021-08-01",
    } | more  # fmt: skip


def illegal(nth: int) -> dict[str, str]:
    """Return one of the eight."""
    more = {"programme": "illegality", "clauses": ILLEGAL[nth], "number": f"2021-X{nth}"}
    return row(COUNT + nth, **more)


def whole() -> list[dict[str, str]]:
    """Return all 209."""
    return [row(nth) for nth in range(COUNT)] + [illegal(nth) for nth in range(SHUT)]


def as_csv(rows: list[dict[str, str]]) -> str:
    """Return a list as a file."""
    made = io.StringIO()
    lines = csv.DictWriter(made, COLUMNS)
    lines.writeheader()
    lines.writerows(rows)
    return made.getvalue()


def body(rows: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    """Return the body of an import."""
    return {"form": "csv", "text": as_csv(rows), "authority": AUTHORITY} | more
