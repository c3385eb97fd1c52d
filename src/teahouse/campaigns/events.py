"""What campaigns tell the house."""

from typing import ClassVar

import msgspec


class CampaignsChanged(msgspec.Struct, frozen=True):
    """A campaign was announced, or ended: every worker reads which there are."""

    kind: ClassVar[str] = "campaigns.CampaignsChanged"

    campaign_id: str
    state: str

    @property
    def key(self) -> str:
        """The campaign."""
        return self.campaign_id
