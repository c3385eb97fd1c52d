"""Sealing and opening, on a real database: who may, where, and until when."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teahouse.infra.db.pool import Database
from teahouse.infra.vault import envelope, model, store
from teahouse.infra.vault import vault as vault_module
from teahouse.infra.vault.model import (
    Erased,
    KeyRef,
    KeySpent,
    NoGround,
    StepUpNeeded,
    Tampered,
    UnknownKey,
    UnknownSubject,
)
from teahouse.infra.vault.vault import Fresh, Ground, SealedRow, Vault

from .conftest import (
    EMAIL_FIELD,
    HEALTH_FIELD,
    PHONE_FIELD,
    SHOWN_FIELD,
    person,
    purpose,
)

NUMBER = "+8613800138000"


def fresh(vault: Vault, who: str, minutes: int = 10) -> Fresh:
    return Fresh("reader", who, vault.clock.now() + timedelta(minutes=minutes))


ON_DATABASE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def sealed_number(database: Database, vault: Vault, who: str, row: str = "row") -> bytes:
    async with database.transaction() as tx:
        return await vault.seal(tx, PHONE_FIELD, who, row, NUMBER)


@ON_DATABASE
@given(value=st.one_of(st.text(), st.binary()), row=st.text(max_size=40))
async def test_what_is_sealed_opens_in_its_place_only(
    database: Database, vault: Vault, value: str | bytes, row: str
) -> None:
    who = await person(database, vault)
    raw = value.encode() if isinstance(value, str) else value
    async with database.transaction() as tx:
        sealed = await vault.seal(tx, PHONE_FIELD, who, row, value)
        assert await vault.open_bytes(tx, PHONE_FIELD, who, row, sealed) == raw
        if isinstance(value, str):
            assert await vault.open(tx, PHONE_FIELD, who, row, sealed) == value
        with pytest.raises(Tampered):
            await vault.open_bytes(tx, PHONE_FIELD, who, row + "x", sealed)
        with pytest.raises(Tampered):
            await vault.open_bytes(tx, EMAIL_FIELD, who, row, sealed)


async def test_no_bit_can_be_flipped(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    sealed = await sealed_number(database, vault, who)
    async with database.read() as tx:
        for bit in range(8 * len(sealed)):
            flipped = bytearray(sealed)
            flipped[bit // 8] ^= 1 << bit % 8
            with pytest.raises((Tampered, UnknownKey)):
                await vault.open(tx, PHONE_FIELD, who, "row", bytes(flipped))
        for length in range(0, len(sealed), 7):
            with pytest.raises(Tampered):
                await vault.open(tx, PHONE_FIELD, who, "row", sealed[:length])
    assert vault.meters.tampered._value.get() > 0
    assert vault.meters.unknown_key._value.get() > 0


async def test_a_value_of_another_subject_is_tampering(database: Database, vault: Vault) -> None:
    ann, bo = await person(database, vault), await person(database, vault)
    sealed = await sealed_number(database, vault, ann)
    async with database.read() as tx:
        with pytest.raises(Tampered, match="another subject"):
            await vault.open(tx, PHONE_FIELD, bo, "row", sealed)


async def test_nothing_is_sealed_without_a_ground(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    async with database.transaction() as tx:
        await vault.revoke(tx, who, [PHONE_FIELD.purpose, SHOWN_FIELD.purpose])
    async with database.transaction() as tx:
        with pytest.raises(NoGround) as refused:
            await vault.seal(tx, PHONE_FIELD, who, "row", NUMBER)
        assert refused.value.fields == {"purpose": "t.phone"}
        with pytest.raises(NoGround):
            await vault.check_ground(tx, SHOWN_FIELD, who)
        assert await vault.seal(tx, EMAIL_FIELD, who, "row", "a@b.example")
        assert "t.phone@1" not in await vault.grounds(tx, who)
        await vault.grant(tx, who, [PHONE_FIELD.purpose, SHOWN_FIELD.purpose])
        await vault.check_ground(tx, SHOWN_FIELD, who)
        assert await vault.seal(tx, PHONE_FIELD, who, "row", NUMBER)
        assert "t.phone@1" in await vault.grounds(tx, who)
    assert vault.meters.no_ground._value.get() == 2


async def test_a_purpose_that_changed_needs_a_new_ground(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    changed = type(PHONE_FIELD)("t_people", "phone", purpose("t.phone", version=2))
    async with database.transaction() as tx:
        with pytest.raises(NoGround):
            await vault.seal(tx, changed, who, "row", NUMBER)


async def test_erasure_is_final(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    other = await person(database, vault)
    rows = [
        SealedRow(other, "row", await sealed_number(database, vault, other)),
        SealedRow(who, "row", await sealed_number(database, vault, who)),
    ]
    async with database.transaction() as tx:
        assert await vault.open_many(tx, PHONE_FIELD, rows) == [NUMBER, NUMBER]
        await vault.destroy_subject(tx, who)
        await vault.destroy_subject(tx, who)
    async with database.transaction() as tx:
        assert await vault.open_many(tx, PHONE_FIELD, rows) == [NUMBER, None]
        for act in (
            vault.open(tx, PHONE_FIELD, who, "row", rows[1].sealed),
            vault.seal(tx, PHONE_FIELD, who, "row", NUMBER),
            vault.grant(tx, who, [PHONE_FIELD.purpose]),
            vault.revoke(tx, who, [PHONE_FIELD.purpose]),
        ):
            with pytest.raises(Erased):
                await act
        assert await vault.grounds(tx, who) == frozenset()
        assert await tx.value("select count(*) from vault_deks where wrapped_dek is null") == 1
        with pytest.raises(AssertionError):
            await vault.create_subject(tx, who)


async def test_an_erasure_rolled_back_erases_nothing(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    sealed = await sealed_number(database, vault, who)

    async def erase_in_vain() -> None:
        async with database.transaction() as tx:
            await vault.destroy_subject(tx, who)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await erase_in_vain()
    async with database.read() as tx:
        assert await vault.open(tx, PHONE_FIELD, who, "row", sealed) == NUMBER


async def test_unknown_subjects_and_keys_are_told_apart(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    sealed = await sealed_number(database, vault, who)
    async with database.transaction() as tx:
        with pytest.raises(UnknownSubject):
            await vault.seal(tx, PHONE_FIELD, "nobody", "row", NUMBER)
        with pytest.raises(UnknownSubject):
            await vault.destroy_subject(tx, "nobody")
        assert await vault.grounds(tx, "nobody") == frozenset()
        newer = sealed[:22] + (7).to_bytes(4, "big") + sealed[26:]
        with pytest.raises(UnknownKey, match="version 7"):
            await vault.open(tx, PHONE_FIELD, who, "row", newer)
        for suite, fault, words in ((2, Tampered, "not sealed"), (3, UnknownKey, "suite 3")):
            other = sealed[:5] + bytes([suite]) + sealed[6:]
            with pytest.raises(fault, match=words):
                await vault.open(tx, PHONE_FIELD, who, "row", other)


async def test_sensitive_data_have_a_key_of_their_own(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    async with database.transaction() as tx:
        health = await vault.seal(tx, HEALTH_FIELD, who, "row", "well")
        phone = await vault.seal(tx, PHONE_FIELD, who, "row", NUMBER)
        assert envelope.key_of(health).key_id != envelope.key_of(phone).key_id
        assert await vault.open(tx, HEALTH_FIELD, who, "row", health, fresh(vault, who)) == "well"


async def test_pending_data_need_a_receipt(database: Database, vault: Vault) -> None:
    ground = Ground("receipt", frozenset([PHONE_FIELD.purpose]))
    async with database.transaction() as tx:
        sealed = await vault.seal_pending(tx, PHONE_FIELD, "row", NUMBER, ground)
        assert await vault.open_pending(tx, PHONE_FIELD, "row", sealed) == NUMBER
        with pytest.raises(NoGround):
            await vault.seal_pending(tx, EMAIL_FIELD, "row", "a@b.example", ground)
        with pytest.raises(AssertionError):
            await vault.seal(tx, PHONE_FIELD, "house", "row", NUMBER)
        with pytest.raises(AssertionError):
            await vault.destroy_subject(tx, "house")


async def test_seals_are_counted_ahead_in_blocks(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    count = "select seals_count from vault_deks where subject_id = $1 order by version desc"
    for _ in range(model.SEALS_RESERVED):
        await sealed_number(database, vault, who)
    async with database.read() as tx:
        assert await tx.value(count, who) == model.SEALS_RESERVED
    await sealed_number(database, vault, who)
    async with database.read() as tx:
        assert await tx.value(count, who) == 2 * model.SEALS_RESERVED


async def test_a_block_counted_in_vain_is_not_spent(database: Database, vault: Vault) -> None:
    who = await person(database, vault)

    async def seal_in_vain() -> None:
        async with database.transaction() as tx:
            await vault.seal(tx, PHONE_FIELD, who, "row", NUMBER)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await seal_in_vain()
    await sealed_number(database, vault, who)
    async with database.read() as tx:
        assert (
            await tx.value("select sum(seals_count) from vault_deks where subject_id = $1", who)
            == 64
        )


async def test_a_key_at_its_budget_is_replaced(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    old = await sealed_number(database, vault, who)
    async with database.transaction() as tx:
        await tx.run("update vault_deks set seals_count = $1 where subject_id = $2", 2**31, who)
    new = await sealed_number(database, vault, who)
    before, after = envelope.key_of(old), envelope.key_of(new)
    assert after == KeyRef(before.key_id, before.version + 1)
    async with database.read() as tx:
        assert await vault.open(tx, PHONE_FIELD, who, "row", old) == NUMBER
        assert await vault.open(tx, PHONE_FIELD, who, "row", new) == NUMBER
    assert vault.meters.keys_rolled._value.get() == 1


async def test_a_spent_key_stops(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "SEALS_ALARM", 2**40)  # as if no next version could be made
    who = await person(database, vault)
    async with database.transaction() as tx:
        await tx.run("update vault_deks set seals_count = $1 where subject_id = $2", 2**32, who)
    with pytest.raises(KeySpent):
        await sealed_number(database, vault, who)


async def test_the_caches_are_bounded(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "CIPHERS_CACHED_MAX", 2)
    people = [await person(database, vault) for _ in range(5)]
    sealed = [await sealed_number(database, vault, who) for who in people]
    assert len(vault._ciphers) == 2
    assert len(vault._reserved) == 2
    rows = [SealedRow(who, "row", raw) for who, raw in zip(people, sealed, strict=True)]
    async with database.read() as tx:
        assert await vault.open_many(tx, PHONE_FIELD, rows) == [NUMBER] * 5


async def test_only_declared_and_small_values_are_sealed(database: Database, vault: Vault) -> None:
    who = await person(database, vault)
    async with database.transaction() as tx:
        with pytest.raises(AssertionError, match="not sealed"):
            await vault.seal(tx, SHOWN_FIELD, who, "row", "x")
        with pytest.raises(AssertionError, match="larger"):
            await vault.seal(tx, PHONE_FIELD, who, "row", bytes(model.VALUE_BYTES_MAX + 1))


async def test_two_doing_the_first_sensitive_seal_agree_on_one_key(
    database: Database, vault: Vault
) -> None:
    who = await person(database, vault)
    async with database.transaction() as one, database.transaction() as two:
        assert (await store.subject_to_write(two, who, "sensitive")) is not None
        a = await vault.seal(one, HEALTH_FIELD, who, "a", "well")
        assert a
    async with database.transaction() as tx:
        b = await vault.seal(tx, HEALTH_FIELD, who, "b", "ill")
    assert envelope.key_of(a) == envelope.key_of(b)


async def test_erasure_wins_over_seals_under_way(database: Database, vault: Vault) -> None:
    """Whatever order they come in, nothing sealed for the erased can be opened, and no seal hangs."""

    async def attempt(who: str) -> bytes | None:
        try:
            return await sealed_number(database, vault, who)
        except Erased:
            return None

    async def erase(who: str) -> None:
        async with database.transaction() as tx:
            await vault.destroy_subject(tx, who)

    for before in range(0, 12, 3):
        who = await person(database, vault)
        acts = [attempt(who) for _ in range(before)]
        sealed, _, later = await asyncio.gather(
            asyncio.gather(*acts), erase(who), asyncio.gather(*(attempt(who) for _ in range(6)))
        )
        rows = [SealedRow(who, "row", raw) for raw in [*sealed, *later] if raw is not None]
        async with database.read() as tx:
            assert await vault.open_many(tx, PHONE_FIELD, rows) == [None] * len(rows)
        assert await attempt(who) is None


async def test_many_registrations_seal_at_once(database: Database, vault: Vault) -> None:
    ground = Ground("receipt", frozenset([PHONE_FIELD.purpose]))

    async def one(number: int) -> bytes:
        async with database.transaction() as tx:
            return await vault.seal_pending(tx, PHONE_FIELD, str(number), NUMBER, ground)

    sealed = await asyncio.gather(*(one(number) for number in range(60)))
    assert len({envelope.key_of(raw) for raw in sealed}) == 1
    async with database.read() as tx:
        assert await vault.open_pending(tx, PHONE_FIELD, "59", sealed[59]) == NUMBER


async def test_what_is_sensitive_opens_for_a_fresh_word_about_that_person_only(
    database: Database, vault: Vault
) -> None:
    who, other = await person(database, vault), await person(database, vault)
    async with database.transaction() as tx:
        health = await vault.seal(tx, HEALTH_FIELD, who, "row", "well")
        for word in (None, fresh(vault, other), fresh(vault, who, minutes=0)):
            with pytest.raises(StepUpNeeded):
                await vault.open(tx, HEALTH_FIELD, who, "row", health, word)
        with pytest.raises(StepUpNeeded):
            await vault.open_many(tx, HEALTH_FIELD, [SealedRow(who, "row", health)])
        assert await vault.open(tx, HEALTH_FIELD, who, "row", health, fresh(vault, who)) == "well"
        assert not await vault.is_erased(tx, who)
        await vault.destroy_subject(tx, who)
        assert await vault.is_erased(tx, who)
        assert await vault.is_erased(tx, "nobody")
