"""What everybody reads of an upgrade that is running, beside how registration stands."""

from collections.abc import Mapping

from teahouse.gate.model.policies import Both
from teahouse.notices.service.statements import Aside
from teahouse.reports.model.progress import Part, Progress, Stage, progress_html
from teahouse.upgrades.model.runs import State, percent_of, runs
from teahouse.upgrades.service.upgrades import Upgrades

STAGES = {
    State.DISTRIBUTE: Stage.BEFORE,
    State.DUAL_WRITE: Stage.BEFORE,
    State.BACKFILL: Stage.MOVING,
    State.VERIFY: Stage.CHECKING,
    State.READ_NEW: Stage.CHECKED,
    State.ABORTING: Stage.BACK,
}


def progress_beside(upgrades: Upgrades) -> Aside:
    """Return what tells of the run of now; nothing when there is none."""
    words = {one.name: Both(one.zh, one.en) for one in upgrades.yard.steps}

    async def told() -> Mapping[str, str]:
        public = await upgrades.public()
        run = public.run
        if run is None or run.started_at is None or not runs(run):
            return {}
        progress = Progress(
            stage=STAGES[run.state],
            since=run.started_at,
            until=public.until,
            parts=tuple(
                Part(words[name], percent_of(run, name, public.steps)) for name in run.classes
            ),
            registration_open=public.registration_open,
            shut_seconds=public.downtime_seconds,
        )
        return {lang: progress_html(progress, lang) for lang in ("zh", "en")}

    return told
