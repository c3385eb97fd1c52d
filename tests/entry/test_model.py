"""Whom a Matrix client means."""

import pytest

from teahouse.entry import model


@pytest.mark.parametrize(
    ("auth", "who"),
    [
        ({"identifier": {"type": "m.id.user", "user": "ada"}}, ("user", "ada")),
        ({"user": "ada"}, ("user", "ada")),
        (
            {"identifier": {"type": "m.id.thirdparty", "medium": "email", "address": "a@b.c"}},
            ("email", "a@b.c"),
        ),
        (
            {
                "identifier": {
                    "type": "m.id.thirdparty",
                    "medium": "msisdn",
                    "address": "447700900123",
                }
            },
            ("phone", "+447700900123"),
        ),
        ({"medium": "email", "address": "a@b.c"}, ("email", "a@b.c")),
        (
            {"identifier": {"type": "m.id.phone", "country": "GB", "phone": "07700 900123"}},
            ("phone", "+447700900123"),
        ),
        (
            {"identifier": {"type": "m.id.phone", "country": "??", "phone": "07700"}},
            ("phone", "07700"),
        ),
        ({"identifier": {"type": "m.id.user", "user": 7}}, None),
        ({"identifier": "ada"}, None),
        ({}, None),
    ],
)
def test_every_identifier_of_matrix_is_understood(auth: dict, who: tuple[str, str] | None) -> None:
    assert model.uia_user(auth) == who
