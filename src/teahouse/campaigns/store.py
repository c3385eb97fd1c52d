"""Every statement over campaigns."""

from datetime import datetime

import msgspec

from teahouse.campaigns.model import Campaign, CampaignBody, CampaignState, Tally
from teahouse.infra.db.pool import Row, Tx

INSERT = """
insert into campaigns_campaigns (campaign_id, content, state, ends_at, drafted_by, drafted_at)
values ($1, $2, 'drafted', $3, $4, $5)
on conflict (campaign_id) do nothing"""

NEWEST = """
select content, state, drafted_by, drafted_at, announced_by, announced_at, ended_at, end_reason,
    tally, tallied_at
from campaigns_campaigns order by drafted_at desc, campaign_id limit $1"""

ONE_LOCKED = """
select content, state, drafted_by, drafted_at, announced_by, announced_at, ended_at, end_reason,
    tally, tallied_at
from campaigns_campaigns where campaign_id = $1 for update"""

OVER = """
select campaign_id from campaigns_campaigns where state = 'announced' and ends_at <= $1
order by campaign_id for update"""

MOVE = """
update campaigns_campaigns set state = $2, announced_by = $3, announced_at = $4, ended_at = $5,
    end_reason = $6
where campaign_id = $1"""

COUNTED = """
select content, state, drafted_by, drafted_at, announced_by, announced_at, ended_at, end_reason,
    tally, tallied_at
from campaigns_campaigns
where state in ('announced', 'halted', 'concluded') and ends_at > $1
order by campaign_id limit $2"""

TALLY = "update campaigns_campaigns set tally = $2, tallied_at = $3 where campaign_id = $1"


async def insert(tx: Tx, body: CampaignBody, by: str, at: datetime) -> bool:
    """Keep a draft; false when its name is taken."""
    content = msgspec.json.encode(body).decode()
    return await tx.run(INSERT, body.campaign_id, content, body.ends_at, by, at) == 1


async def newest(tx: Tx, limit: int) -> list[Campaign]:
    """Return campaigns, the newest first."""
    return [_campaign(row) for row in await tx.rows(NEWEST, limit)]


async def one_locked(tx: Tx, campaign_id: str) -> Campaign | None:
    """Return a campaign, and hold it."""
    row = await tx.row(ONE_LOCKED, campaign_id)
    return None if row is None else _campaign(row)


async def over(tx: Tx, now: datetime) -> list[str]:
    """Return the campaigns whose day has come, and hold them."""
    return [row[0] for row in await tx.rows(OVER, now)]


async def move(tx: Tx, campaign: Campaign) -> None:
    """Write where a campaign stands."""
    whose, state = campaign.body.campaign_id, campaign.state.value
    announced = (campaign.announced_by, campaign.announced_at)
    await tx.run(MOVE, whose, state, *announced, campaign.ended_at, campaign.end_reason)


async def counted(tx: Tx, since: datetime, limit: int) -> list[Campaign]:
    """Return the campaigns that were announced and ended after a moment, or have yet to end."""
    return [_campaign(row) for row in await tx.rows(COUNTED, since, limit)]


async def tally(tx: Tx, campaign_id: str, found: Tally, at: datetime) -> None:
    """Write what came of a campaign so far."""
    await tx.run(TALLY, campaign_id, msgspec.json.encode(found).decode(), at)


def _campaign(row: Row) -> Campaign:
    return Campaign(
        body=msgspec.json.decode(row[0], type=CampaignBody),
        state=CampaignState(row[1]),
        drafted_by=row[2],
        drafted_at=row[3],
        announced_by=row[4],
        announced_at=row[5],
        ended_at=row[6],
        end_reason=row[7],
        tally=msgspec.json.decode(row[8], type=Tally),
        tallied_at=row[9],
    )
