"""What a yearly report tells: figures that the house counts, and what people write beside them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec

from teahouse.annuals.model.procedure import AnnualState
from teahouse.errors import Invalid, Kind, NotFound, Refused
from teahouse.gate.model.policies import Both, is_vague
from teahouse.notices.model.chain import Document

FORMAT = "teahouse-annual-report/1"
CONTEXT = "annual-report"  # what its signature is made for
TEXT_LETTERS_MAX = 20_000
LISTED_MAX = 200
SMALL = 5  # a smaller count but none would point at people, and is not told
FIRST_YEAR = 2000

SOCIAL, MINORS = "social", "minors"
KINDS: dict[str, Both] = {
    SOCIAL: Both("个人信息保护社会责任报告", "Social responsibility report on personal data"),
    MINORS: Both("未成年人保护年度报告", "Yearly report on the protection of minors"),
}
LAWS: dict[str, Both] = {
    SOCIAL: Both(
        "个人信息保护法 58、网络数据安全管理条例 44",
        "Personal Information Protection Law 58, Network Data Regulation 44",
    ),
    MINORS: Both("未成年人网络保护条例 20、37", "Minors Regulation 20, 37"),
}
# What people write, each in both languages.
SECTIONS: dict[str, dict[str, Both]] = {
    SOCIAL: {
        "system": Both("合规制度与负责人", "The compliance system, and who answers for it"),
        "platform": Both("平台规则与对平台内经营者的处理", "Rules, and who was stopped by them"),
        "access": Both("无障碍与可用性", "Accessibility and availability"),
        "oversight": Both("独立监督机构的工作", "The independent body, and its work"),
        "plans": Both("下一年的计划", "Plans for the next year"),
    },
    MINORS: {
        "measures": Both("保护措施", "Measures of protection"),
        "access": Both("工作人员查看未成年人信息的情况", "Looks of staff at data of minors"),
        "audit": Both("合规审计的发现与改正", "What the audit found, and what was mended"),
        "plans": Both("下一年的计划", "Plans for the next year"),
    },
}
# What the house counts: the words of each figure.
FIGURES: dict[str, Both] = {
    "people": Both("有账号的人", "People with an account"),
    "people_active": Both("三十日内活跃的人", "Active within thirty days"),
    "requests": Both("收到的个人信息请求", "Requests about personal data"),
    "requests_answered": Both("已答复", "Answered"),
    "requests_late": Both("逾期答复", "Answered late"),
    "breaches": Both("个人信息泄露事件", "Leaks of personal data"),
    "breaches_people": Both("受影响的账号", "Accounts affected"),
    "reports": Both("用户举报", "Reports by people"),
    "cases": Both("立案", "Cases begun"),
    "decisions": Both("处理决定", "Decisions"),
    "appeals": Both("申诉", "Appeals"),
    "appeals_overturned": Both("申诉后撤销", "Overturned on appeal"),
    "orders": Both("生效的主管机关命令", "Orders of authorities that came into force"),
    "requests_for_data": Both("主管机关调取数据的请求", "Requests of authorities for data"),
    "requests_for_data_given": Both("提供了数据", "In which something was given"),
    "sign_up_down_seconds": Both(
        "注册不可用的秒数（近 120 日）", "Seconds without signing up (120 days)"
    ),
    "send_down_seconds": Both(
        "收发消息不可用的秒数（近 120 日）", "Seconds without messages (120 days)"
    ),
    "minors_known": Both("已知年龄段的账号", "Accounts whose band of age is known"),
    "guardians": Both("已关联监护人的未成年人", "Minors with a guardian"),
    "ages_settled": Both("工作人员认定年龄", "Ages settled by staff"),
    "accounts_looked": Both(
        "工作人员查看账号（各年龄）", "Looks of staff at accounts, of all ages"
    ),
    "unsealings_asked": Both(
        "工作人员申请启封未成年人信息", "Times staff asked to open a minor's record"
    ),
    "unsealings_refused": Both("第二人未同意", "Refused by the second person"),
    "unsealings_urgent": Both("因生命危险先行查看", "Opened at once, for danger to life"),
    "unsealings_overdue": Both("先行查看后逾期未确认", "Of those, not confirmed in time"),
    "unsealings_objected": Both("先行查看被认定不当", "Of those, objected to"),
    "unsealings_looks": Both("实际查看未成年人信息", "Looks at what was opened"),
}
# Which figures each kind tells, in their order.
TOLD: dict[str, tuple[str, ...]] = {
    SOCIAL: (
        "people", "people_active", "requests", "requests_answered", "requests_late", "breaches",
        "breaches_people", "reports", "cases", "decisions", "appeals", "appeals_overturned",
        "orders", "requests_for_data", "requests_for_data_given", "minors_known", "guardians",
        "sign_up_down_seconds", "send_down_seconds",
    ),
    MINORS: (
        "people", "minors_known", "guardians", "ages_settled", "accounts_looked",
        "unsealings_asked", "unsealings_refused", "unsealings_urgent", "unsealings_overdue",
        "unsealings_objected", "unsealings_looks", "reports", "cases", "decisions", "appeals",
        "appeals_overturned",
    ),
}  # fmt: skip
# Of seconds and of what the house does itself a small number points at nobody.
EXACT = frozenset({
    "breaches", "orders", "sign_up_down_seconds", "send_down_seconds", "unsealings_asked",
    "unsealings_refused", "unsealings_urgent", "unsealings_overdue", "unsealings_objected",
    "unsealings_looks",
})  # fmt: skip

Figures = dict[str, int | None]


class NoSuchAnnual(NotFound):
    """There is no such report."""

    code = "annuals.not_found"


class NoSuchAdvice(NotFound):
    """There is no such recommendation."""

    code = "annuals.no_advice"


class BadAnnual(Refused):
    """The report, or the recommendation, lacks a text in one of the languages, or has too long a one."""

    code = "annuals.bad"
    kind = Kind.UNPROCESSABLE


class AnnualSamePerson(Refused):
    """Somebody else than who asked for it publishes a report."""

    code = "annuals.same_person"
    kind = Kind.FORBIDDEN


class Annual(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it stands; ``document`` is the signed one, once it was published."""

    report_id: str
    kind: str
    year: int
    texts: dict[str, Both]
    figures: Figures
    state: AnnualState
    drafted_by: str
    counted_at: datetime
    asked_by: str
    published_by: str
    published_at: datetime | None
    document: str | None
    moved_at: datetime


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation of the independent board, and the house's answer."""

    advice_id: str
    text: Both
    given_by: str
    given_at: datetime
    answer: Both
    answered_by: str
    answered_at: datetime | None


def check_about(kind: str, year: int, now: datetime) -> None:
    """Refuse a report of no kind, or of a year that has not begun: ``Invalid``."""
    if kind not in KINDS:
        raise Invalid(f"kind is one of {', '.join(KINDS)}.")
    if not FIRST_YEAR <= year <= now.astimezone(UTC).year:
        raise Invalid(f"year is from {FIRST_YEAR} to this one.")


def days_of(year: int, now: datetime) -> tuple[date, date]:
    """Return the first and last day of a year, as far as it has gone."""
    today = now.astimezone(UTC).date()
    return date(year, 1, 1), min(date(year, 12, 31), today)


def check_texts(kind: str, texts: Mapping[str, Both]) -> dict[str, Both]:
    """Return texts without their margins. Raises ``BadAnnual``."""
    if set(texts) - set(SECTIONS[kind]):
        raise BadAnnual(f"texts are of {', '.join(SECTIONS[kind])}.")
    return {name: check_both(said) for name, said in texts.items()}


def check_both(said: Both) -> Both:
    """Return a text without its margins. Raises ``BadAnnual`` for too long a one."""
    if max(len(said.zh), len(said.en)) > TEXT_LETTERS_MAX:
        raise BadAnnual(f"A text takes up to {TEXT_LETTERS_MAX} letters.")
    return Both(said.zh.strip(), said.en.strip())


def check_whole(kind: str, texts: Mapping[str, Both]) -> None:
    """Refuse to publish what lacks a text in either language: ``BadAnnual``."""
    lacking = [
        name
        for name in SECTIONS[kind]
        if is_vague(texts.get(name, Both()).zh) or is_vague(texts.get(name, Both()).en)
    ]
    if lacking:
        raise BadAnnual(f"Not written yet: {', '.join(lacking)}.", lacking=lacking)


def check_advice(said: Both) -> Both:
    """Return a recommendation or an answer. Raises ``BadAnnual``."""
    text = check_both(said)
    if is_vague(text.zh) or is_vague(text.en):
        raise BadAnnual
    return text


def told(kind: str, counted: Mapping[str, int | None]) -> Figures:
    """Return figures as they are told: of the kind, and none that would point at people."""
    return {name: _told(name, counted.get(name)) for name in TOLD[kind]}


def _told(name: str, count: int | None) -> int | None:
    small = name not in EXACT and count is not None and 0 < count < SMALL
    return None if small else count


def document(one: Annual, server_name: str, public: str, at: datetime) -> Document:
    """Return the report as it is signed: figures and texts with their words, in both languages."""
    words = {"title": KINDS[one.kind], "law": LAWS[one.kind]}
    return msgspec.to_builtins(
        {
            "format": FORMAT,
            "server_name": server_name,
            "report_id": one.report_id,
            "kind": one.kind,
            "year": one.year,
            "words": words,
            "figures": [
                {"id": name, "words": FIGURES[name], "count": one.figures.get(name)}
                for name in TOLD[one.kind]
            ],
            "texts": [
                {"id": name, "words": title, "text": one.texts[name]}
                for name, title in SECTIONS[one.kind].items()
            ],
            "counted_at": one.counted_at,
            "published_at": at,
            "public": public,
        }
    )


def markdown(told: Document, lang: str) -> str:
    """Return a published report as text in one language."""
    few = "1–4" if lang == "en" else "1 至 4"
    rows = [
        f"| {one['words'][lang]} | {few if one['count'] is None else one['count']} |"
        for one in told["figures"]
    ]
    head = "| what | count |" if lang == "en" else "| 项目 | 数量 |"
    parts = [
        f"# {told['words']['title'][lang]} {told['year']}",
        f"{told['server_name']} · {told['words']['law'][lang]}",
        "\n".join((head, "|---|---:|", *rows)),
        *(f"## {one['words'][lang]}\n\n{one['text'][lang]}" for one in told["texts"]),
    ]
    return "\n\n".join(parts) + "\n"
