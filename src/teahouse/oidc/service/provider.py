"""Speaking with one identity provider: discovery, the code for tokens, and what they say."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from teahouse.clock import Clock
from teahouse.config import OidcProvider
from teahouse.infra.egress.backend import EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress
from teahouse.oidc.model import (
    ALGORITHMS,
    KEYS_AGAIN_AFTER,
    KEYS_LIFE,
    METADATA_LIFE,
    Flow,
    LoggedOut,
    Metadata,
    NotBelieved,
    ProviderFailed,
    Tokens,
    check_claims,
    check_logout,
    check_metadata,
)

FORM = "application/x-www-form-urlencoded"


@dataclass
class Known:
    """What this worker has heard of a provider."""

    metadata: Metadata | None = None
    metadata_at: datetime | None = None
    keys: KeySet | None = None
    keys_at: datetime | None = None


@dataclass(frozen=True, repr=False)
class Provider:
    """One identity provider, as the operator configured it."""

    settings: OidcProvider
    egress: Egress
    clock: Clock
    callback: str
    known: Known = field(default_factory=Known, repr=False)

    async def entrance(self, state: str, nonce: str, challenge: str) -> str:
        """Return where to send somebody. Raises ``ProviderFailed``, ``NotBelieved``."""
        metadata = await self._metadata()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.callback,
            "scope": self.settings.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        join = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{join}{urlencode(asked)}"

    async def claims(self, code: str, flow: Flow) -> dict[str, Any]:
        """Exchange a code and return what may be believed; ``sub`` is checked.

        Raises ``ProviderFailed``, ``NotBelieved``.
        """
        tokens = await self._tokens(code, flow.verifier)
        claims = dict((await self._verified(tokens.id_token)).claims)
        settings = self.settings
        now = self.clock.now()
        subject = check_claims(claims, settings.issuer, settings.client_id, flow.nonce, now)
        wanted = {settings.localpart_claim, settings.name_claim} - {""}
        if not wanted <= set(claims) and tokens.access_token:
            claims = {**await self._userinfo(tokens.access_token, subject), **claims}
        return claims

    async def logged_out(self, token: str) -> LoggedOut:
        """Return what a logout token says. Raises ``ProviderFailed``, ``NotBelieved``."""
        read, settings = await self._verified(token), self.settings
        typed = read.header.get("typ")
        return check_logout(
            read.claims, typed, settings.issuer, settings.client_id, self.clock.now()
        )

    async def _metadata(self) -> Metadata:
        known, now = self.known, self.clock.now()
        fresh = known.metadata_at is not None and now - known.metadata_at < METADATA_LIFE
        if known.metadata is None or not fresh:
            url = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = _read(await self._get(url), Metadata)
            known.metadata = check_metadata(found, self.settings.issuer)
            known.metadata_at = now
        return known.metadata

    async def _tokens(self, code: str, verifier: str) -> Tokens:
        metadata, settings = await self._metadata(), self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote(settings.client_id, safe='')}:{quote(settings.client_secret, safe='')}"
            headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        try:
            body = urlencode(form).encode()
            reply = await self.egress.post(metadata.token_endpoint, body, FORM, headers)
        except (EgressFailed, EgressRefused) as gone:
            raise ProviderFailed from gone
        if reply.status in (400, 401):
            raise NotBelieved  # the code is not good, or not ours
        if reply.status != 200:
            raise ProviderFailed
        return _read(reply.body, Tokens)

    async def _verified(self, token: str) -> jwt.Token:
        """Return a token whose signature is right.

        Keys are asked for again when one is unknown, and by the hour.
        """
        for again in (False, True):
            keys = await self._keys(again)
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError) as wrong:
                if again:
                    raise NotBelieved from wrong
        raise NotBelieved

    async def _keys(self, again: bool) -> KeySet:
        known, now = self.known, self.clock.now()
        kept_for = KEYS_AGAIN_AFTER if again else KEYS_LIFE
        if known.keys is None or known.keys_at is None or now - known.keys_at >= kept_for:
            raw = await self._get((await self._metadata()).jwks_uri)
            try:
                known.keys = KeySet.import_key_set(msgspec.json.decode(raw))
            except (JoseError, ValueError, KeyError, TypeError) as wrong:
                raise ProviderFailed from wrong
            known.keys_at = now
        return known.keys

    async def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        url = (await self._metadata()).userinfo_endpoint
        if not url:
            return {}
        raw = await self._get(url, {"authorization": f"Bearer {access_token}"})
        found = _read(raw, dict[str, Any])
        return found if found.get("sub") == subject else {}

    async def _get(self, url: str, headers: dict[str, str] | None = None) -> bytes:
        try:
            reply = await self.egress.get(url, headers)
        except (EgressFailed, EgressRefused) as gone:
            raise ProviderFailed from gone
        if reply.status != 200:
            raise ProviderFailed
        return reply.body


def _read(raw: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as wrong:
        raise ProviderFailed from wrong
