"""How screening says no."""

from teahouse.errors import Kind, Refused


class TooManyHere(Refused):
    """Many new accounts are being made from where you are: wait a little, then try again."""

    code = "screening.too_many"
    kind = Kind.TOO_MANY


class ProofNeeded(Refused):
    """Many sign-ups are coming in. Let your device work a moment, or take a place in line."""

    code = "screening.proof_needed"
    kind = Kind.FORBIDDEN


class BadProof(Refused):
    """That proof is not right, or was used, or is too old: here is a new one to solve."""

    code = "screening.bad_proof"
    kind = Kind.FORBIDDEN


class NotYourTurn(Refused):
    """Your place in line has not come up yet: wait until the time you were told."""

    code = "screening.not_your_turn"
    kind = Kind.TOO_MANY


class MailRefused(Refused):
    """Accounts are not made with addresses of that mail service: use another, or a number."""

    code = "screening.mail_refused"
    kind = Kind.UNPROCESSABLE


class NetworkRefused(Refused):
    """New accounts are not made from this network now. Existing accounts work as before."""

    code = "screening.network_refused"
    kind = Kind.FORBIDDEN


class BudgetSpent(Refused):
    """This server has sent as many text messages as it may for now: use e-mail, or come later."""

    code = "screening.budget_spent"
    kind = Kind.TOO_MANY


class LooksMade(Refused):
    """This sign-up is one of very many that are alike. If you are a person, try from elsewhere."""

    code = "screening.looks_made"
    kind = Kind.FORBIDDEN


class BadRule(Refused):
    """There is no such rule, mode or amount."""

    code = "screening.bad_rule"
    kind = Kind.UNPROCESSABLE


class BadListing(Refused):
    """A listing needs a domain or network, an action, a reason, and an end that is to come."""

    code = "screening.bad_listing"
    kind = Kind.UNPROCESSABLE
