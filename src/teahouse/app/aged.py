"""How old a person counts as, and what they say of it, for them to take away."""

from collections.abc import AsyncIterator

from teahouse.minors.service import Minors
from teahouse.phoneholders.service import PhoneHolders
from teahouse.ratings.service import Ratings
from teahouse.refunds.service import Refunds
from teahouse.rights.model.holdings import Holding, Row, Whose, Words
from teahouse.screentime.service import Screentime

CLAIM_COLUMNS = ("words", "reason", "appeal_words", "appeal_reason")


def age_holdings(minors: Minors, screentime: Screentime, refunds: Refunds) -> list[Holding]:
    """Return what is held of a person's age."""

    async def own(whose: Whose) -> AsyncIterator[Row]:
        for one in (await minors.knowing.known(whose.account_id)).told:
            turns_on, at_least = one.token.turns_on, one.token.at_least
            told = {"at_least": at_least, "next_band_on": turns_on}
            yield {"told_by": one.source.value, **told, "at": one.told_at}
        for user_id, link in await minors.families.of_child(whose.account_id):
            yield {"guardian": user_id, "agreed_at": link.agreed_at, "at": link.asked_at}
        for spent in await minors.spending.spent(whose.account_id):
            yield {"spent_minor": spent.amount_minor, "currency": spent.currency}
        appeal = await minors.deciding.appeal_of(whose.account_id)
        if appeal is not None:
            yield {"appeal": appeal.words, "at": appeal.made_at}

    async def used(whose: Whose) -> AsyncIterator[Row]:
        times = await screentime.times(whose.account_id)
        if times.plan.region:
            yield {"school_region": times.plan.region}
        for day in times.days:
            yield {"day": day.day, "minutes": day.minutes, "last_minute": day.last_minute}

    async def asked_back(whose: Whose) -> AsyncIterator[Row]:
        for one in await refunds.of(whose.account_id):
            claim, words = one.claim, one.words
            money = {"amount_minor": claim.amount_minor, "currency": claim.currency}
            said = {"words": words.words, "reason": words.reason}
            appeal = {"appeal": words.appeal_words, "appeal_reason": words.appeal_reason}
            yield {"state": claim.state.value, **money, **said, **appeal, "at": claim.asked_at}

    fields = ("minors_ages.token", "minors_appeals.words", "minors_spending.spent_minor")
    words = Words("年龄段、监护人与申诉", "Your band of ages, your guardians, and your appeal")
    days = ("screentime_days.minutes", "screentime_days.last_minute")
    time = (*days, "screentime_schools.region")
    how_long = Words("每天的使用时长", "How long you were here on each day")
    claim = tuple(f"refunds_claims.{one}" for one in CLAIM_COLUMNS)
    back = Words("您申请的退款", "What you asked back")
    return [
        Holding("age", words, fields, own),
        Holding("screentime", how_long, time, used),
        Holding("refunds", back, claim, asked_back),
    ]


def told_age_holdings(holders: PhoneHolders, ratings: Ratings) -> list[Holding]:
    """Return what is held of who told a person's age by their number, and of what they may see."""

    async def checked(whose: Whose) -> AsyncIterator[Row]:
        found = await holders.reference_of(whose.account_id)
        if found is not None:
            verifier, reference, at = found
            yield {"verifier": verifier, "reference": reference, "at": at}

    async def ceiling(whose: Whose) -> AsyncIterator[Row]:
        found = (await ratings.band(whose.account_id)).ceiling
        if found is not None:
            yield {"years": found}

    number = Words("手机号登记人的核验记录", "That the holder of your number was asked about")
    up_to = Words("监护人设定的内容上限", "Up to which label a guardian lets you see things")
    return [
        Holding("phone_holder", number, ("phoneholders_checks.reference",), checked),
        Holding("content", up_to, ("ratings_ceilings.years",), ceiling),
    ]
