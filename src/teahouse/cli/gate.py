"""The gate from the machine itself: the same verbs, rules and audit as in the console."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.history import export, register
from teahouse.cli.waitlist import app as waitlist
from teahouse.gate.model.notices import notice_of, sentence
from teahouse.gate.model.policies import ANY, Both, Draft, LegalBasis, Policy, State, Words
from teahouse.gate.model.previews import Preview
from teahouse.measures.model import Suggestion

app = typer.Typer(help="Who may register, where, and what they are told.", no_args_is_help=True)
register(app)
app.add_typer(waitlist, name="waitlist")

Reason = Annotated[
    str, typer.Option(help="Why; it goes into the audit log and the public history.")
]
PolicyId = Annotated[str, typer.Argument(help="As `gate status` prints it.")]
Region = Annotated[str, typer.Option(help="intl, eu, cn-mainland, or * for all.")]
Class = Annotated[
    str, typer.Option("--class", help="personal, official, developer, enterprise, *.")
]
DoorName = Annotated[
    str, typer.Option("--door", help="phone, email, official, test_account, …, *.")
]
StateName = Annotated[State, typer.Option(help="How far to shut it.")]
Pace = Annotated[int | None, typer.Option(help="Registrations a minute, for the state paced.")]
ReasonZh = Annotated[str, typer.Option(help="Why, as people read it in Chinese.")]
ReasonEn = Annotated[str, typer.Option(help="Why, as people read it in English.")]
Law = Annotated[
    list[str] | None, typer.Option(help="'LAW; ARTICLE; ORDER NUMBER', the last optional. Repeat.")
]
Own = Annotated[str, typer.Option("--own-decision", help="No law: your own decision, and why.")]
Necessity = Annotated[str, typer.Option(help="Which step needs it, and why nothing narrower does.")]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="It ends by itself then, UTC.")
]
Resume = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="When you expect to open, UTC.")
]
ResumeOn = Annotated[str | None, typer.Option(help="The work whose verified end opens it.")]
ResumePace = Annotated[int | None, typer.Option(help="Registrations a minute from then on.")]
Campaign = Annotated[str, typer.Option(help="The campaign it is part of; default: none.")]
WaitingList = Annotated[
    bool, typer.Option(help="People may wait: while suspended, or paced at a single door.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print what people would read.")]
Contact = Annotated[str, typer.Option(help="Whom to ask; default: the operator's contact.")]


@app.command()
def status(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print the policies that have not ended; nothing printed means: all is open."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.doors.gate.policies.current()
        show_policies("In force", found)
        return 0

    run_async(work())


@app.command()
def suspend(
    region: Region = ANY,
    account_class: Class = ANY,
    door: DoorName = ANY,
    state: StateName = State.SUSPENDED,
    pace: Pace = None,
    reason_zh: ReasonZh = "",
    reason_en: ReasonEn = "",
    law: Law = None,
    own_decision: Own = "",
    necessity: Necessity = "",
    until: Until = None,
    resume: Resume = None,
    contact: Contact = "",
    campaign: Campaign = "",
    resume_on: ResumeOn = None,
    resume_pace: ResumePace = None,
    waiting_list: WaitingList = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Shut a scope, on every worker at once. People who have an account notice nothing."""
    words = _words(reason_zh, reason_en, law or [], own_decision, necessity, resume, contact)
    words = msgspec.structs.replace(
        words, related_campaign=campaign or None, waiting_list=waiting_list
    )
    draft = msgspec.structs.replace(
        _draft((region, account_class, door), state, pace, until, words),
        resume_on=resume_on,
        resume_pace_per_minute=resume_pace,
    )

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            policies = house.doors.gate.policies
            shown = await policies.preview(draft)
            if dry_run:
                (notice,) = await policies.told(actor(), draft)
                tell(shown)
                sys.stdout.write(f"{sentence(notice)}\n")
                return 0
            policy = await policies.set(actor(), actor(), draft)
        tell(shown)
        sys.stdout.write(f"{policy.policy_id}\n{sentence(notice_of(policy))}\n")
        return 0

    run_async(work())


@app.command()
def preview(
    region: Region = ANY,
    account_class: Class = ANY,
    door: DoorName = ANY,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print which narrower measures there are, and what shutting a scope would change."""
    words = Words(
        reason=Both("预览", "A preview"),
        own_decision=True,
        justification="Only a preview, nothing is decided.",
        technical_necessity="a preview",
    )
    draft = _draft((region, account_class, door), State.SUSPENDED, None, None, words)

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            shown = await house.doors.gate.policies.preview(draft)
            narrower = await house.doors.measures.narrowest(draft)
        tell(shown)
        rows = [_suggestion(one) for one in narrower]
        show("Narrower", ["state", "region", "class", "door", "scopes shut", "what"], rows)
        return 0

    run_async(work())


@app.command("open")
def open_(
    policy_ids: Annotated[list[str], typer.Argument(help="As `gate status` prints them.")],
    reason: Reason,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """End policies, all at one moment: what they shut is open, unless another one shuts it too."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            policies = house.doors.gate.policies
            for ended in await policies.end_together(actor(), policy_ids, reason):
                sys.stdout.write(f"{ended.policy_id} has ended\n")
        return 0

    run_async(work())


@app.command()
def override(
    policy_id: PolicyId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Wish to open what waits for a work that is not verified; a second person confirms."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            waiting = house.doors.gate.waiting
            made = await waiting.propose(actor(), actor(), policy_id, reason)
        sys.stdout.write(f"somebody else confirms it until {moment(made.expires_at)}\n")
        return 0

    run_async(work())


@app.command("override-confirm")
def override_confirm(
    policy_id: PolicyId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Confirm, as the second person, what another wished: the policy ends."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            ended = await house.doors.gate.waiting.confirm(actor(), policy_id, reason)
        sys.stdout.write(f"{ended.policy_id} has ended\n")
        return 0

    run_async(work())


@app.command()
def history(
    export_to: Annotated[
        Path | None, typer.Option("--export", help="Write the signed public history there.")
    ] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print every policy there was, newest first; or export the public history."""
    if export_to is not None:
        run_async(export(data_dir, config, export_to))

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.doors.gate.policies.history()
        show_policies("History", found)
        return 0

    run_async(work())


@app.command()
def invite(
    label: Annotated[str, typer.Argument(help="For whom, in your own words; not a person's name.")],
    uses: Annotated[int, typer.Option(help="How many may come by it.")] = 1,
    days: Annotated[int, typer.Option(help="How long it lasts.", min=1, max=365)] = 7,
    region: Region = ANY,
    account_class: Class = ANY,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Make an invitation and print its token, this once."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            ends = house.ground.clock.now() + timedelta(days=days)
            scope = (region, account_class)
            token, made = await house.doors.invites.make(actor(), label, uses, ends, scope)
        sys.stdout.write(f"{token}\ngood {uses} times, until {moment(made.expires_at)}\n")
        return 0

    run_async(work())


def show_policies(title: str, policies: Sequence[Policy]) -> None:
    """Print policies as a table."""
    heads = ["id", "state", "region", "class", "door", "from", "until", "ended", "by", "why"]
    rows = [
        [
            policy.policy_id,
            policy.state.value,
            policy.region,
            policy.account_class,
            policy.door,
            moment(policy.effective_from),
            moment(policy.effective_until) if policy.effective_until else "",
            moment(policy.ended_at) if policy.ended_at else "",
            policy.decided_by,
            policy.words.reason.en,
        ]
        for policy in policies
    ]
    show(title, heads, rows)


def tell(shown: Preview) -> None:
    """Print whom a policy reaches, and whom not."""
    built = sum(change.built for change in shown.changed)
    sys.stdout.write(
        f"changes {len(shown.changed)} scopes ({built} of doors that are built), "
        f"leaves {shown.unchanged_count}\n"
        f"registrations under way: {shown.in_flight_refused} refused, "
        f"{shown.in_flight_untouched} not touched\n"
        f"{shown.existing_people.en}\n"
    )


def _suggestion(one: Suggestion) -> list[str]:
    scopes = f"{one.refused_scopes} of {one.refused_scopes_of_draft}"
    return [one.state.value, one.region, one.account_class, one.door, scopes, one.why.en]


def _draft(
    scope: tuple[str, str, str],
    state: State,
    pace: int | None,
    until: datetime | None,
    words: Words,
) -> Draft:
    region, account_class, door = scope
    return Draft(
        state=state,
        region=region,
        account_class=account_class,
        door=door,
        pace_per_minute=pace,
        effective_until=_utc(until),
        words=words,
    )


def _words(
    zh: str,
    en: str,
    laws: list[str],
    own: str,
    necessity: str,
    resume: datetime | None,
    contact: str,
) -> Words:
    return Words(
        reason=Both(zh, en),
        legal_basis=tuple(_basis(law) for law in laws),
        own_decision=bool(own),
        justification=own,
        technical_necessity=necessity,
        expected_resume=_utc(resume),
        contact=contact,
    )


def _basis(written: str) -> LegalBasis:
    law, article, order = ([part.strip() for part in written.split(";")] + ["", ""])[:3]
    return LegalBasis(law, article, order)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
