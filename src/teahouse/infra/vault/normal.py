"""Normalisers: one way to write each phone number and address, so that equal ones meet.

A normaliser's version is part of the blind index: a new one is a new index, built online [U-12].
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import idna
import phonenumbers

from teahouse.infra.vault.model import BadEmail, BadPhone

PHONE_LETTERS_MAX = 40
EMAIL_LETTERS_MAX = 254
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}")


def phone(written: str) -> str:
    """Return E.164 (``+8613800138000``), or raise ``BadPhone``. The country must be written."""
    if len(written) > PHONE_LETTERS_MAX:
        raise BadPhone
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", written), None)
    except phonenumbers.NumberParseException:
        raise BadPhone from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise BadPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_region(e164: str) -> str:
    """Return the ISO 3166 region of a normalised number (``CN``), or ``ZZ`` if it has none."""
    number = phonenumbers.parse(e164, None)
    region = phonenumbers.region_code_for_number(number)
    # An unassigned range still belongs to its country code, and the gate must not be slipped by it.
    return region or phonenumbers.region_code_for_country_code(number.country_code or 0)


def email(written: str) -> str:
    """Return the address in lower case with an ASCII host, or raise ``BadEmail``."""
    if len(written) > EMAIL_LETTERS_MAX:
        raise BadEmail  # before any work is done on it
    text = unicodedata.normalize("NFKC", written).strip().lower()
    local, at, host = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or "." not in host or local.strip(".") != local:
        raise BadEmail
    try:
        ascii_host = idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise BadEmail from None
    if len(local) + len(ascii_host) + 1 > EMAIL_LETTERS_MAX:
        raise BadEmail
    return f"{local}@{ascii_host}"


@dataclass(frozen=True, slots=True)
class Normaliser:
    """A versioned way of writing a value; ``apply`` gives back its own results unchanged."""

    name: str
    version: int
    apply: Callable[[str], str]


PHONE = Normaliser("phone", 1, phone)
EMAIL = Normaliser("email", 1, email)
