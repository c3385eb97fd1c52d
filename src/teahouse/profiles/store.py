"""The rows of profiles, and what their personal columns are for."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

# Its id is older than this domain: grounds are on file under it.
PURPOSE = Purpose(
    id="accounts.profile",
    version=1,
    name=Wording("昵称、头像与公开资料", "Display name, picture and public profile"),
    purpose=Wording("让与您交谈的人认出您", "So that those you talk with know you"),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("聊天", "Talking with people"),
    retention=Wording("直到您删除它或注销账号", "Until you remove it or delete your account"),
    retention_days=None,
    recipients=Wording("能查看您资料的其他用户", "Other people who can see your profile"),
)
DISPLAY_NAME = PersonalField("profiles_profiles", "display_name", PURPOSE, shown=True)
AVATAR_URL = PersonalField("profiles_profiles", "avatar_url", PURPOSE, shown=True)
PROFILE_FIELDS = PersonalField("profiles_profiles", "fields", PURPOSE, shown=True)
PUBLIC_PURPOSE = Purpose(
    id="profiles.public",
    version=1,
    name=Wording("向未登录者显示您的昵称", "Your name, shown to people without an account"),
    purpose=Wording(
        "在人人可读的房间的公开页面上，让读者知道是谁说的话",
        "On the public page of rooms that everybody may read, to say who said something",
    ),
    means=Wording(
        "记录您同意与否；昵称仍加密保存，显示时才解密",
        "That you agreed is noted; the name stays sealed and is opened when shown",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONSENT,
    necessity=Necessity.OPTIONAL,
    function=Wording("公开房间的公开页面", "Public pages of public rooms"),
    retention=Wording("直到您撤回同意或注销账号", "Until you withdraw it or delete your account"),
    retention_days=None,
    recipients=Wording("任何打开该页面的人", "Anybody who opens such a page"),
)
PUBLIC = PersonalField("profiles_public", "user_id", PUBLIC_PURPOSE, sealed=False)
FIELDS = (DISPLAY_NAME, AVATAR_URL, PROFILE_FIELDS, PUBLIC)
SEALED = (Sealed((DISPLAY_NAME, AVATAR_URL, PROFILE_FIELDS)),)

PROFILE = """
select account_id, display_name, avatar_url, fields from profiles_profiles where user_id = $1"""
PROFILES = """
select user_id, account_id, display_name, avatar_url
from profiles_profiles where user_id = any ($1::text[])"""
AFTER = """
select account_id, display_name, avatar_url, fields from profiles_profiles
where account_id > $1 order by account_id limit $2"""
PROFILE_LOCKED = """
insert into profiles_profiles (account_id, user_id) values ($1, $2)
on conflict (account_id) do update set account_id = excluded.account_id
returning display_name, avatar_url, fields"""
SET_PROFILE = """
update profiles_profiles set display_name = $2, avatar_url = $3, fields = $4
where account_id = $1"""
DELETE_PROFILE = "delete from profiles_profiles where account_id = $1"

SHOW = """
insert into profiles_public (account_id, user_id, since) values ($1, $2, $3)
on conflict (account_id) do nothing"""
HIDE = "delete from profiles_public where account_id = $1"
SHOWN = "select user_id from profiles_public where user_id = any ($1::text[])"
SHOWN_SINCE = "select since from profiles_public where account_id = $1"


class ProfileRow(NamedTuple):
    """A profile still sealed."""

    display_name: bytes | None
    avatar_url: bytes | None
    fields: bytes | None


async def profile(tx: Tx, user_id: str) -> tuple[str, ProfileRow] | None:
    """Return the account id and sealed profile of a user who has shown anything."""
    row = await tx.row(PROFILE, user_id)
    return (row[0], ProfileRow(row[1], row[2], row[3])) if row else None


async def profiles(tx: Tx, user_ids: list[str]) -> list[tuple[str, str, ProfileRow]]:
    """Return (user, account, sealed name and picture) of those who have a profile."""
    rows = await tx.rows(PROFILES, user_ids)
    return [(row[0], row[1], ProfileRow(row[2], row[3], None)) for row in rows]


async def after(tx: Tx, account_id: str, limit: int) -> list[tuple[str, ProfileRow]]:
    """Return sealed profiles after one, by account."""
    return [
        (row[0], ProfileRow(row[1], row[2], row[3]))
        for row in await tx.rows(AFTER, account_id, limit)
    ]


async def profile_locked(tx: Tx, account_id: str, user_id: str) -> ProfileRow:
    """Return a profile, made if there was none, and hold it."""
    row = await tx.row(PROFILE_LOCKED, account_id, user_id)
    assert row is not None, "an upsert returns its row"
    return ProfileRow(*row)


async def set_profile(tx: Tx, account_id: str, row: ProfileRow) -> None:
    """Replace a profile."""
    await tx.run(SET_PROFILE, account_id, *row)


async def delete_profile(tx: Tx, account_id: str) -> None:
    """Delete a profile."""
    await tx.run(DELETE_PROFILE, account_id)
    await tx.run(HIDE, account_id)


async def show(tx: Tx, account_id: str, user_id: str, now: datetime) -> None:
    """Note that somebody's name may be shown to everybody."""
    await tx.run(SHOW, account_id, user_id, now)


async def hide(tx: Tx, account_id: str) -> None:
    """Note that it may not."""
    await tx.run(HIDE, account_id)


async def shown(tx: Tx, user_ids: list[str]) -> list[str]:
    """Return whose names may be shown to everybody."""
    return [row[0] for row in await tx.rows(SHOWN, user_ids)]


async def shown_since(tx: Tx, account_id: str) -> datetime | None:
    """Return since when somebody's name may be shown, if it may."""
    return await tx.value(SHOWN_SINCE, account_id)
