"""What those who were here before are called, and how they are reached."""


def name_of(nth: int) -> str:
    """Return the name of the account of a number."""
    return f"old{nth}"


def phone_of(nth: int) -> str:
    """Return its phone number."""
    return f"+4477{nth:08d}"


def email_of(nth: int) -> str:
    """Return its address."""
    return f"old{nth}@example.org"
