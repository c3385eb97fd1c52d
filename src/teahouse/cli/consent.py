"""Consent from the machine itself: looking at pages as a regulator would."""

import sys
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import typer

from teahouse.consent.model.described import screen_of_html, screen_of_text
from teahouse.consent.model.linting import Screen, lint
from teahouse.errors import Invalid, Unavailable

app = typer.Typer(help="What people are asked to agree to.", no_args_is_help=True)
BYTES_MAX = 4 * 1024 * 1024
SECONDS_MAX = 20.0


@app.callback()
def room() -> None:
    """Keep the name of the command, while there is only one."""


@app.command(name="lint")
def look(
    where: Annotated[str, typer.Argument(metavar="FILE|URL", help="HTML, text, or a JSON screen.")],
) -> None:
    """Look at a page for consent that is ticked, bundled, implied, opt-out or unequal."""
    found = lint(screen_at(where))
    for one in found:
        sys.stdout.write(f"{one.rule}: {one.where}\n")
    raise typer.Exit(1 if found else 0)


def screen_at(where: str) -> Screen:
    """Return what is at a path or an address, as a screen. Raises ``Invalid``, ``Unavailable``."""
    if where.startswith(("http://", "https://")):
        try:
            answer = httpx.get(where, timeout=SECONDS_MAX, follow_redirects=True)
        except httpx.HTTPError as wrong:
            raise Unavailable(f"{where} does not answer: {wrong}") from wrong
        return screen_of_html(where, answer.text[:BYTES_MAX])
    path = Path(where)
    text = path.read_text("utf-8")[:BYTES_MAX]
    if path.suffix == ".json":
        try:
            return msgspec.json.decode(text, type=Screen)
        except msgspec.ValidationError as wrong:
            raise Invalid(f"{where} is not a described screen: {wrong}") from wrong
    if path.suffix in (".html", ".htm") or "<html" in text[:1000].lower():
        return screen_of_html(where, text)
    return screen_of_text(where, text)
