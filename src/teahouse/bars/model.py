"""What is barred, and what is refused to it."""

from typing import NamedTuple

from teahouse.accounts.model import ContactInUse

SUBJECT = "subject"  # the kind of contact that a person's name at a provider is


class Barrable(NamedTuple):
    """A contact of an account's: ``phone``, ``email`` or ``subject``, and the contact itself."""

    kind: str
    value: str


class Barred(ContactInUse):
    """This number, address or sign-in belonged to an account that was banned for good, which may appeal."""

    code = "bars.barred"
