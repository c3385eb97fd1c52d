"""Normalisers: one way to write each phone number and address, so that equal ones meet.

What is sealed is written by ``apply``, always the same way. What people are found by has versions,
which belong to those of the index key: 1 finds it as it is sealed, 2 as it is folded, so that what
looks the same to its reader is the same. A new one is a new index, built online [U-12].
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

import idna
import phonenumbers

from teahouse.infra.vault.model import BadEmail, BadPhone

PHONE_LETTERS_MAX = 40
EMAIL_LETTERS_MAX = 254
EXACT, FOLDED = 1, 2  # the versions by which people are found
NORMALISERS = (EXACT, FOLDED)
_FOLDS = 3  # once is not always enough for letters that fold into letters that compose
_UNSEEN = re.compile(  # beside those of the category Cf: joiners, fillers, variation selectors
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
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


def fold_email(written: str) -> str:
    """Return a normalised address without what cannot be seen, without case, and its host bare."""
    local, _, host = written.rpartition("@")
    folded = local
    for _ in range(_FOLDS):
        folded = _fold(folded)
    return f"{folded}@{host.rstrip('.')}" if folded else written


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", "".join(one for one in plain if not _is_unseen(one)))


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" or bool(_UNSEEN.fullmatch(letter))


@dataclass(frozen=True, slots=True)
class Normaliser:
    """A way of writing a value; ``apply`` and ``fold`` give back their own results unchanged.

    What has a ``fold`` is found by it, too, under the index keys that are of that version.
    """

    name: str
    version: int
    apply: Callable[[str], str]
    fold: Callable[[str], str] | None = None

    def found_by(self, version: int, written: str) -> tuple[str, str]:
        """Return the way, and what ``written``, as it is sealed, becomes by it."""
        if self.fold is None or version < FOLDED:
            return f"{self.name}/{self.version}", written
        return f"{self.name}/{FOLDED}", self.fold(written)


# Codes and places in a line are found by nothing but what was written: whoever has proved one
# address has not proved another that looks the same.
PHONE = Normaliser("phone", 1, phone)
EMAIL = Normaliser("email", 1, email)
# Accounts: nobody shall have a second one by an address that looks the same. Numbers need no fold:
# E.164 has one way to write each.
EMAIL_FOLDING = replace(EMAIL, fold=fold_email)
