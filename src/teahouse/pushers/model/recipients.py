"""Who carries what people are told: for the policy's list of those who are given anything [L-23].

An app's push gateway is not among them: the person's own app names it, and the purpose says so.
"""

from teahouse.consent.model import Both, Recipient

PUSH_SERVICE = Recipient(
    id="push",
    name=Both("您浏览器厂商的推送服务", "The push service of your browser's maker"),
    host="fcm.googleapis.com, updates.push.services.mozilla.com, web.push.apple.com,"
    " notify.windows.com",
    role="controller",
    what=Both(
        "加密到您浏览器的通知，以及时间与大小",
        "Notifications encrypted to your browser, and their time and size",
    ),
    why=Both("把通知送到您的浏览器", "To bring notifications to your browser"),
    when=Both("仅在您开启浏览器通知之后", "Only after you turned notifications on"),
    purposes=("pushers.web",),
)


def recipients() -> list[Recipient]:
    """Return who is given anything by pushing."""
    return [PUSH_SERVICE]
