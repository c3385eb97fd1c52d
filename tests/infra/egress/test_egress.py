"""What leaves the house: on real sockets, against a server that misbehaves to order."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.egress.addresses import is_outside
from teahouse.infra.egress.backend import CheckedBackend, EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress, place_of
from teahouse.infra.egress.ways import Way


class Server:
    """Answers each path with the bytes it was given; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = head.lower().partition("content-length: ")[2].partition("\r\n")[0]
        body = await reader.readexactly(int(length)) if length else b""
        self.asked.append(head + body.decode())
        answer = self.answers.get(head.split(" ")[1])
        if answer is None:
            await reader.read()  # never answers
        else:
            writer.write(answer)
        writer.close()


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.port = listening.sockets[0].getsockname()[1]
    yield one
    listening.close()


@pytest.fixture
async def egress(server: Server) -> AsyncIterator[Egress]:
    client = Egress(
        Way.PAGES, frozenset([("127.0.0.1", server.port), ("gateway.test", server.port)]), to_us
    )
    yield client
    await client.close()


async def to_us(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "192.88.99.1",
     "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:8.8.8.8",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::", "::127.0.0.1",
     "2001:db8::1", "not an address", ""],
)  # fmt: skip
def test_what_is_inside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_what_is_outside(address: str) -> None:
    assert is_outside(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_a_wrapping_is_never_outside(address: object) -> None:
    assert not is_outside(f"::ffff:{address}")


async def test_an_answer_comes_back(server: Server, egress: Egress) -> None:
    server.answers["/a?b=%E8%8C%B6"] = answer("404 Not Found", b"none", "X-Why: because")
    reply = await egress.get(f"http://127.0.0.1:{server.port}/a?b=茶", {"X-Ask": "1"})
    assert (reply.status, reply.body, reply.headers["x-why"]) == (404, b"none", "because")
    assert "x-ask: 1" in server.asked[0]
    assert f"host: 127.0.0.1:{server.port}" in server.asked[0].lower()


async def test_a_body_goes_out(server: Server, egress: Egress) -> None:
    server.answers["/sms"] = answer("302 Found", b"", "location: http://127.0.0.1/")
    url = f"http://gateway.test:{server.port}/sms"
    reply = await egress.post(url, b'{"a":1}', "application/json", {"Authorization": "Bearer x"})
    assert reply.status == 302  # told, not followed
    assert "application/json" in server.asked[0]
    assert server.asked[0].endswith('{"a":1}')


@pytest.mark.parametrize(
    "url",
    ["", "x", "file:///etc/passwd", "ftp://example.com/", "http://", "http:///x", "//example.com",
     "http://user:pw@example.com/", "http://example.com:22/", "http://example.com:0/",
     "http://example.com:99999/", "http://exa mple.com/", "http://[::1/", "http://\x00/",
     "http://" + "a" * 5000 + ".com/", "unix:///run/x", "http://xn--\udcff.com/"],
)  # fmt: skip
async def test_what_is_not_asked(url: str) -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(EgressRefused):
        await Egress(Way.PAGES, resolver=nobody).get(url)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1",
             "[::ffff:127.0.0.1]", "0", "169.254.169.254"]
)  # fmt: skip
async def test_every_way_of_writing_home_is_refused(host: str) -> None:
    egress = Egress(Way.PAGES)
    with pytest.raises((EgressRefused, EgressFailed)) as refused:
        await egress.get(f"http://{host}/")
    assert refused.value.code == "egress.refused" or host in ("0177.0.0.1", "0x7f.1")
    await egress.close()


async def test_one_address_inside_taints_a_name() -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.7"]

    with pytest.raises(EgressRefused):
        await Egress(Way.PAGES, resolver=both).get("http://example.com/")


async def test_a_name_is_resolved_once_and_that_address_connected_to(server: Server) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    server.answers["/"] = answer("200 OK", b"hi")
    egress = Egress(Way.PAGES, frozenset([("gateway.test", server.port)]), rebinding)
    reply = await egress.get(f"http://gateway.test:{server.port}/")
    assert reply.body == b"hi"
    assert asked == ["gateway.test"]
    await egress.close()


async def test_an_allowance_is_for_one_port(server: Server, egress: Egress) -> None:
    with pytest.raises(EgressRefused):
        await egress.get(f"http://127.0.0.1:{server.port + 1}/")
    with pytest.raises(EgressRefused):
        await egress.get("http://gateway.test/")


async def test_a_redirect_inside_is_refused(server: Server, egress: Egress) -> None:
    base = f"http://127.0.0.1:{server.port}"
    for number, where in enumerate(
        ["http://localhost/", "http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1/",
         f"http://127.0.0.1:{server.port + 1}/"]
    ):  # fmt: skip
        server.answers[f"/{number}"] = answer("302 Found", b"", f"location: {where}")
        with pytest.raises(EgressRefused):
            await egress.get(f"{base}/{number}")


async def test_redirects_are_few_and_keep_secrets(server: Server, egress: Egress) -> None:
    base = f"http://127.0.0.1:{server.port}"
    for number in range(3):
        server.answers[f"/{number}"] = answer("307 Moved", b"", f"location: /{number + 1}")
    server.answers["/3"] = answer("200 OK", b"there")
    secret = {"Authorization": "Bearer x"}
    assert (await egress.get(f"{base}/0", secret)).url == f"{base}/3"
    assert "authorization" in server.asked[-1]
    server.answers["/3"] = answer("302 Found", b"", "location: /4")
    assert (await egress.get(f"{base}/0")).status == 302
    server.answers["/0"] = answer(
        "302 Found", b"", f"location: http://gateway.test:{server.port}/9"
    )
    server.answers["/9"] = answer("200 OK")
    await egress.get(f"{base}/0", secret)
    assert "authorization" not in server.asked[-1]
    server.answers["/0"] = answer("302 Found")
    with pytest.raises(EgressFailed, match="nowhere"):
        await egress.get(f"{base}/0")


async def test_limits_of_size_and_time(server: Server, egress: Egress) -> None:
    base = f"http://127.0.0.1:{server.port}"
    server.answers["/big"] = answer("200 OK", b"x" * 11)
    assert len((await egress.get(f"{base}/big", bytes_max=11)).body) == 11
    with pytest.raises(EgressFailed, match="large"):
        await egress.get(f"{base}/big", bytes_max=10)
    assert (await egress.get(f"{base}/big", cut=lambda _: 10)).body == b"x" * 10
    with pytest.raises(EgressFailed):
        await egress.get(f"{base}/big", bytes_max=10, cut=lambda _: None)
    with pytest.raises(EgressFailed, match="in time"):
        await egress.get(f"{base}/silent", seconds_max=0.1)
    server.answers["/zip"] = answer("200 OK", b"x", "content-encoding: gzip")
    with pytest.raises(EgressFailed, match="plain"):
        await egress.get(f"{base}/zip")
    server.answers["/junk"] = b"this is not HTTP\r\n\r\n"
    with pytest.raises(EgressFailed):
        await egress.get(f"{base}/junk")


async def test_a_server_that_is_not_there(unused_port: int) -> None:
    async def none(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(EgressFailed, match="no address"):
        await Egress(Way.PAGES, resolver=none).get("http://example.com/")
    egress = Egress(Way.PAGES, frozenset([("127.0.0.1", unused_port)]))
    with pytest.raises(EgressFailed):
        await egress.get(f"http://127.0.0.1:{unused_port}/")
    with pytest.raises(EgressRefused):
        await CheckedBackend(frozenset()).connect_unix_socket("/run/x")


@pytest.fixture
async def unused_port() -> int:
    listening = await asyncio.start_server(lambda _, __: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    return port


def test_the_place_of_a_configured_url() -> None:
    assert place_of("https://sms.example/send") == ("sms.example", 443)
    assert place_of("http://127.0.0.1:9000") == ("127.0.0.1", 9000)


async def test_the_certificate_is_for_the_name_not_the_address(tmp_path: Path) -> None:
    certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    server = Server()
    server.answers["/"] = answer("302 Found", b"", "location: http://gateway.test/")
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=serving)
    port = listening.sockets[0].getsockname()[1]
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert"))
    allowed = frozenset([("gateway.test", port), ("other.test", port)])
    egress = Egress(Way.PAGES, allowed, to_us, trusting)
    assert (await egress.post(f"https://gateway.test:{port}/", b"", "text/plain")).status == 302
    with pytest.raises(EgressRefused, match="encryption"):
        await egress.get(f"https://gateway.test:{port}/")
    with pytest.raises(EgressFailed):
        await egress.get(f"https://other.test:{port}/")
    await egress.close()
    listening.close()


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gateway.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, none))
