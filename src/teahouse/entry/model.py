"""Whom a client that signs in means, by Matrix's ways to say so."""

from typing import Any, cast

import phonenumbers

from teahouse.errors import Kind, Refused


class BadLoginType(Refused):
    """There is no such way to sign in here; GET the same place for those there are."""

    code = "entry.bad_login_type"
    kind = Kind.INVALID


def uia_user(auth: dict[str, Any]) -> tuple[str, str] | None:
    """Return who a Matrix ``identifier`` (or the old ``user`` and ``address``) names, if anyone.

    As ("user" | "phone" | "email", what was written).
    """
    identifier = auth.get("identifier")
    if not isinstance(identifier, dict):
        user, address = auth.get("user"), auth.get("address")
        if isinstance(address, str):
            return ("phone" if auth.get("medium") == "msisdn" else "email", address)
        return ("user", user) if isinstance(user, str) else None
    fields = cast("dict[str, Any]", identifier)
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    kind = texts.get("type")
    if kind == "m.id.user" and "user" in texts:
        return ("user", texts["user"])
    if kind == "m.id.thirdparty" and "address" in texts:
        if texts.get("medium") == "msisdn":
            return ("phone", "+" + texts["address"].lstrip("+"))
        return ("email", texts["address"])
    if kind == "m.id.phone" and "phone" in texts:
        return ("phone", phone_of(texts.get("country", ""), texts["phone"]))
    return None


def phone_of(country: str, written: str) -> str:
    """Return a number with its country; as it was written when that makes no sense."""
    try:
        number = phonenumbers.parse(written, country.upper())
    except phonenumbers.NumberParseException:
        return written
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
