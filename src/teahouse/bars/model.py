"""What is refused to a contact that is barred."""

from teahouse.accounts.model import ContactInUse


class Barred(ContactInUse):
    """This number or address belonged to an account that was banned for good. That account may appeal."""

    code = "bars.barred"
