"""Questions signed with a secret that both sides know, and the answers to them."""

import hashlib
import hmac

TIME = "teahouse-time"
SIGNATURE = "teahouse-signature"
SIGNATURE_NEXT = "teahouse-signature-next"


def signed(secret: str, secret_next: str, at: str, body: bytes) -> dict[str, str]:
    """Return the headers of a question that is asked at ``at`` (seconds since 1970).

    While the secret changes there are two, and two signatures: either side can go first.
    """
    headers = {TIME: at, SIGNATURE: signature(secret, at, body)}
    if secret_next:
        headers[SIGNATURE_NEXT] = signature(secret_next, at, body)
    return headers


def signature(secret: str, words: str, body: bytes) -> str:
    """Return the HMAC-SHA-256 of ``words``, a full stop and a body, in hex."""
    return hmac.digest(secret.encode(), f"{words}.".encode() + body, hashlib.sha256).hex()


def is_signed(told: str, secrets: tuple[str, ...], words: str, body: bytes) -> bool:
    """Tell whether ``told`` is such a signature by one of the secrets; empty ones sign nothing."""
    right = [signature(one, words, body) for one in secrets if one]
    return any(hmac.compare_digest(told.encode(), one.encode()) for one in right)
