"""Settings that could not work are refused by name, before anything is started."""

from pathlib import Path
from typing import Any

import pytest

from teahouse.config import BadConfig, Config, load, quiet_spans


def test_what_works_is_read_from_file_environment_and_options_in_rising_order(
    tmp_path: Path,
) -> None:
    file = tmp_path / "teahouse.toml"
    file.write_text('server_name = "a.example"\nworkers = 2\nprofile = "eu"\n')
    environment = {"TEAHOUSE_SERVER_NAME": "b.example", "TEAHOUSE_WORKERS": "3", "HOME": "/"}
    config = load(environment, file, workers=4, public_url=None)
    assert (config.profile, config.server_name, config.workers) == ("eu", "b.example", 4)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"listen": "8008"}, "listen"),
        ({"listen": "127.0.0.1:70000"}, "listen"),
        ({"listen": "0.0.0.0:8008", "test_mode": True}, "test_mode"),
        ({"workers": 0}, "workers"),
        ({"workers": "many"}, "workers"),
        ({"upload_bytes_max": 0}, "upload_bytes_max"),
        ({"upgrade_quiet_hours": "late"}, "upgrade_quiet_hours"),
        ({"upgrade_quiet_hours": "7-9,"}, "upgrade_quiet_hours"),
        ({"upgrade_quiet_zone": "Mars/Olympus"}, "upgrade_quiet_zone"),
        ({"upgrade_quiet_zone": "../elsewhere"}, "upgrade_quiet_zone"),
        ({"server_name": ""}, "server_name"),
        ({"server_name": "tea house"}, "server_name"),
        ({"server_name": "https://tea.example"}, "server_name"),
        ({"public_url": "tea.example"}, "public_url"),
        ({"public_url": "javascript://tea.example"}, "public_url"),
        ({"public_url": "https://me:secret@tea.example"}, "public_url"),
        ({"public_url": "https://tea.example:x"}, "public_url"),
        ({"sms_url": "gateway.example/sms"}, "sms_url"),
        ({"smtp_url": "smtp://mail.example"}, "mail_from"),
        ({"trusted_proxies": "*"}, "trusted_proxies"),
        ({"trusted_proxies": "0.0.0.0/0"}, "trusted_proxies"),
        ({"trusted_proxies": "10.0.0.1/8"}, "trusted_proxies"),
        ({"profile": "moon"}, "profile"),
        ({"sever_name": "tea.example"}, "sever_name"),
    ],
)
def test_what_cannot_work_is_refused_by_name(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(BadConfig, match=named) as refused:
        load({}, None, **settings)
    assert "secret" not in refused.value.words


def test_the_other_of_two_secrets_stands_beside_one() -> None:
    pair = {"registration_shared_secret": "x", "registration_shared_secret_before": "y"}
    assert load({}, None, **pair).registration_shared_secret_before == "y"
    for wrong in ({"registration_shared_secret": ""}, {"registration_shared_secret": "y"}):
        with pytest.raises(BadConfig, match="registration_shared_secret_before"):
            load({}, None, **pair | wrong)


@pytest.mark.parametrize("name", ["localhost", "tea.example:8448", "192.0.2.1", "[2001:db8::1]:80"])
def test_server_names_that_matrix_knows_are_taken(name: str) -> None:
    proxies = "127.0.0.1, 10.0.0.0/8, ::1"
    config = load(
        {}, None, server_name=name, public_url="https://x.example/", trusted_proxies=proxies
    )
    assert isinstance(config, Config)
    assert config.base_url == "https://x.example"


def test_quiet_hours_are_stretches_of_a_day() -> None:
    assert quiet_spans("") == ()
    assert quiet_spans("18-23, 7:30-9") == ((1080, 1380), (450, 540))
    assert quiet_spans("22-07") == ((1320, 420),)
    assert quiet_spans("20-24") == ((1200, 1440),)
