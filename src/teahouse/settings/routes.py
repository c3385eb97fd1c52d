"""The operators' routes of settings: owners change and test, auditors read."""

from dataclasses import dataclass

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.settings import wire
from teahouse.settings.model import Setup, Tested
from teahouse.settings.service import Settings

PLACE = "/api/v1/operator"
READERS = ("owner", "auditor")
OWNER = ("owner",)
TESTS = Limit("settings.test", per_minute=6, burst=6)


@dataclass(frozen=True)
class _Desk:
    settings: Settings

    async def told(self, _request: Request) -> Response:
        """Return the settings."""
        return await self._now()

    async def house(self, request: Request) -> Response:
        """Say what the house is called."""
        body = await request.struct(wire.HouseIn)
        await self.settings.set_house(request.operator.operator_id, body.name, body.contact)
        return await self._now()

    async def profile(self, request: Request) -> Response:
        """Choose the profile."""
        body = await request.struct(wire.ProfileIn)
        await self.settings.set_profile(request.operator.operator_id, body.profile)
        return await self._now()

    async def mail(self, request: Request) -> Response:
        """Say how mail leaves."""
        body = await request.struct(wire.MailIn)
        await self.settings.set_mail(request.operator.operator_id, body.server())
        return await self._now()

    async def sms(self, request: Request) -> Response:
        """Say how SMS leave."""
        body = await request.struct(wire.SmsIn)
        await self.settings.set_sms(request.operator.operator_id, body.gateway())
        return await self._now()

    async def quiet(self, request: Request) -> Response:
        """Say when an upgrade goes slowest."""
        body = await request.struct(wire.QuietIn)
        await self.settings.set_quiet(request.operator.operator_id, body.stretches, body.zone)
        return await self._now()

    async def encryption(self, request: Request) -> Response:
        """Allow or refuse encrypted rooms."""
        body = await request.struct(wire.EncryptionIn)
        await self.settings.set_encryption(request.operator.operator_id, body.encryption)
        return await self._now()

    async def previews(self, request: Request) -> Response:
        """Allow or refuse that the server looks at pages."""
        body = await request.struct(wire.PreviewsIn)
        await self.settings.set_previews(request.operator.operator_id, body.previews)
        return await self._now()

    async def apps(self, request: Request) -> Response:
        """Allow or refuse that people let other apps in."""
        body = await request.struct(wire.AppsIn)
        await self.settings.set_apps(request.operator.operator_id, body.apps)
        return await self._now()

    async def retention(self, request: Request) -> Response:
        """Say how long messages are kept."""
        body = await request.struct(wire.RetentionIn)
        actor = request.operator.operator_id
        await self.settings.set_retention(actor, body.default_days, body.least_days, body.most_days)
        return await self._now()

    async def collection(self, request: Request) -> Response:
        """Say how long files are kept that nothing names."""
        body = await request.struct(wire.CollectionIn)
        actor = request.operator.operator_id
        await self.settings.set_collection(actor, body.days, body.encrypted_days)
        return await self._now()

    async def test_mail(self, request: Request) -> Response:
        """Send a test mail."""
        return await self._test(request, "mail")

    async def test_sms(self, request: Request) -> Response:
        """Send a test SMS."""
        return await self._test(request, "sms")

    async def setup(self, _request: Request) -> Response:
        """Tell how far setting up has come."""
        return json_response(await self.settings.setup())

    async def step(self, request: Request) -> Response:
        """Note the next step of setting up."""
        await self.settings.go_on((await request.struct(wire.StepIn)).step)
        return json_response(await self.settings.setup())

    async def finish(self, request: Request) -> Response:
        """End setting up."""
        await request.ignored_body()
        await self.settings.finish(request.operator.operator_id)
        return json_response(await self.settings.setup())

    async def qr(self, request: Request) -> Response:
        """Draw an address of this house; others are not drawn here."""
        text = (await request.struct(wire.QrIn)).text
        if not text.startswith(f"{self.settings.config.base_url}/"):
            raise Invalid("Only addresses of this house are drawn.")
        return json_response(wire.QrOut(wire.qr_svg(text)))

    async def _test(self, request: Request, channel: str) -> Response:
        body = await request.struct(wire.TestIn)
        actor = request.operator.operator_id
        tested = await self.settings.channels.test(actor, channel, body.to, body.lang)
        return json_response(tested)

    async def _now(self) -> Response:
        settings = self.settings
        channels = await settings.channels.all(settings.own)
        return json_response(wire.settings_out(settings.config, settings.own, channels))


def routes(settings: Settings) -> list[Route]:
    """Return the routes of this domain."""
    desk = _Desk(settings)
    return [*_settings_routes(desk), *_channel_routes(desk), *_setup_routes(desk)]


def _settings_routes(desk: _Desk) -> list[Route]:
    base = f"{PLACE}/settings"
    return [
        Route(
            "GET", base, desk.told, auth=Auth.OPERATOR, allow=READERS,
            summary="What the console may change, and how the channels do",
            answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/house", desk.house, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say what the house is called, and whom to ask", body=wire.HouseIn,
            answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/profile", desk.profile, auth=Auth.OPERATOR, allow=OWNER,
            summary="Choose the service region of those who choose none", body=wire.ProfileIn,
            answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/mail", desk.mail, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say how mail leaves the house", body=wire.MailIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/sms", desk.sms, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say how SMS leave the house", body=wire.SmsIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/quiet", desk.quiet, auth=Auth.OPERATOR, allow=OWNER,
            summary="Choose the hours in which a security upgrade goes slowest",
            body=wire.QuietIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/encryption", desk.encryption, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say whether rooms may be end-to-end encrypted from now on",
            body=wire.EncryptionIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/previews", desk.previews, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say whether the server looks at pages that people link to",
            body=wire.PreviewsIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/apps", desk.apps, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say whether people may let other apps in",
            body=wire.AppsIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/retention", desk.retention, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say for how many days messages are kept, and what rooms may set",
            body=wire.RetentionIn, answer=wire.SettingsOut,
        ),
        Route(
            "PUT", f"{base}/collection", desk.collection, auth=Auth.OPERATOR, allow=OWNER,
            summary="Say for how many days files are kept that nothing names",
            body=wire.CollectionIn, answer=wire.SettingsOut,
        ),
    ]  # fmt: skip


def _channel_routes(desk: _Desk) -> list[Route]:
    base = f"{PLACE}/settings"
    return [
        Route(
            "POST", f"{base}/mail/test", desk.test_mail, auth=Auth.OPERATOR, allow=OWNER,
            limit=TESTS, summary="Send a test mail, and tell what became of it",
            body=wire.TestIn, answer=Tested,
        ),
        Route(
            "POST", f"{base}/sms/test", desk.test_sms, auth=Auth.OPERATOR, allow=OWNER,
            limit=TESTS, summary="Send a test SMS, and tell what became of it",
            body=wire.TestIn, answer=Tested,
        ),
    ]  # fmt: skip


def _setup_routes(desk: _Desk) -> list[Route]:
    base = f"{PLACE}/setup"
    return [
        Route(
            "GET", base, desk.setup, auth=Auth.OPERATOR, allow=OWNER,
            summary="How far setting the house up has come", answer=Setup,
        ),
        Route(
            "PUT", base, desk.step, auth=Auth.OPERATOR, allow=OWNER,
            summary="Note the next step of setting up", body=wire.StepIn, answer=Setup,
        ),
        Route(
            "POST", f"{base}/done", desk.finish, auth=Auth.OPERATOR, allow=OWNER,
            summary="End setting the house up", answer=Setup,
        ),
        Route(
            "POST", f"{base}/qr", desk.qr, auth=Auth.OPERATOR, allow=OWNER,
            summary="Draw an address of this house, to be scanned", body=wire.QrIn,
            answer=wire.QrOut,
        ),
    ]  # fmt: skip
