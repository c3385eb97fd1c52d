"""Pictures in evidence: operators see them also while nobody else does."""

from dataclasses import dataclass

from teahouse.cases.model.case import NoSuchContent, Whole
from teahouse.cases.service.deciding import Deciding
from teahouse.collection.model import Naming
from teahouse.infra.blobs.blobs import Reading
from teahouse.media.model.files import NoSuchMedia
from teahouse.media.service import Media

# What a browser draws and never runs.
DRAWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")


@dataclass(frozen=True, repr=False)
class Pictures:
    """Gives operators the pictures that a case is about, and no other file."""

    deciding: Deciding
    media: Media

    async def one(self, actor: str, case_id: str, media_id: str) -> tuple[str, Reading]:
        """Return a picture that a case's evidence names; it is a look at the case, and audited.

        Raises ``NoSuchCase``, ``NotYours``, ``NoSuchContent``.
        """
        whole = await self.deciding.look(actor, case_id)
        if media_id not in named(whole, self.media):
            raise NoSuchContent
        try:
            content_type, reading = await self.media.kept(media_id)
        except NoSuchMedia:
            raise NoSuchContent from None
        if content_type not in DRAWN:
            raise NoSuchContent
        return content_type, reading


def named(whole: Whole, media: Media) -> set[str]:
    """Return the ids of the files that a case's evidence names, or that it is about."""
    about = {whole.case.target} if whole.case.kind == "media" else set[str]()
    return about | Naming(media.server_name).named(whole.evidence or b"")
