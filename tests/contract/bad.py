"""What is wrong with a request, and what may be said about it in each API."""

from dataclasses import dataclass

NOT_JSON = frozenset({"400 M_NOT_JSON", "400 request.not_json"})
BAD_JSON = frozenset({"400 M_BAD_JSON", "400 request.bad_json"})
EITHER = NOT_JSON | BAD_JSON
TOO_LARGE = frozenset({"413 M_TOO_LARGE", "413 request.too_large"})
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Body:
    """A body that no route for JSON may take."""

    name: str
    bytes: bytes
    said: frozenset[str]


BODIES = (
    Body("oversized", b'{"a":"' + b"x" * MEBIBYTE + b'"}', TOO_LARGE),
    Body("malformed", b'{"a": 1', NOT_JSON),
    Body("two values", b"{} {}", NOT_JSON),
    Body("not JSON at all", b"<a>hello</a>", NOT_JSON),
    Body("NaN", b'{"a": NaN}', NOT_JSON),
    Body("infinity", b'{"a": -Infinity}', NOT_JSON),
    Body("infinite by its exponent", b'{"a": 1e999}', EITHER),
    Body("a number of 5,000 digits", b'{"a": ' + b"9" * 5000 + b"}", NOT_JSON),
    Body("a list", b"[]", BAD_JSON),
    Body("a text", b'"text"', BAD_JSON),
    Body("null", b"null", BAD_JSON),
    Body("a number", b"1", BAD_JSON),
    Body("nested 100", b'{"a":' * 100 + b"1" + b"}" * 100, EITHER),
    Body("nested 10,000", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, EITHER),
    Body("lists nested 10,000", b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", EITHER),
    Body("invalid UTF-8", b'{"a":"\xff\xfe"}', NOT_JSON),
    Body("overlong UTF-8", b'{"a":"\xc0\xaf"}', NOT_JSON),
    Body("a surrogate in UTF-8", b'{"a":"\xed\xa0\x80"}', NOT_JSON),
    Body("UTF-16", '{"a":"b"}'.encode("utf-16"), NOT_JSON),
    Body("a byte-order mark", b'\xef\xbb\xbf{"a":"b"}', NOT_JSON),
    Body("a raw NUL", b'{"a":"\x00"}', NOT_JSON),
    Body("an escaped NUL", b'{"a":"\\u0000"}', EITHER),
    Body("an escaped NUL in a key", b'{"a\\u0000":"b"}', EITHER),
    Body("half a surrogate pair", b'{"a":"\\ud800"}', EITHER),
    Body("half a surrogate pair, in capitals", b'{"a":"\\uDFFF x"}', EITHER),
    Body("a key twice", b'{"a":1,"a":2}', BAD_JSON),
    Body("a key twice, escaped once", b'{"a":1,"\\u0061":2}', BAD_JSON),
    Body("a key twice, within", b'{"x":[{"a":1,"a":2}]}', BAD_JSON),
)

RAW_PATHS = {
    "invalid UTF-8": "%ff%fe",
    "NUL": "a%00b",
    "a surrogate": "%ed%a0%80",
    "overlong UTF-8": "%c0%af",
}

ODD_TEXTS = {
    "very long": "x" * 50_000,
    "right to left": "\u202egnp.exe\u202c\u2066\u2069",
    "four bytes": "\U0001f375\U00020bb7\U0010ffff",
    "zero width": "a\u200b\u200c\u200d\u2060\ufeffb",
    "only zero width": "\u200b",
    "combining": "e" + "\u0301" * 50_000,
    "noncharacters": "\ufffe\uffff\ufdd0",
    "controls": "\x01\x02\x1b[31m\x7f\x85",
    "line breaks": "a\r\nSet-Cookie: b=c\r\n\r\n",
    "dots": "..",
    "slashes": "../../etc/passwd",
    "quotes": "';drop table accounts_accounts;--",
    "percent": "%s%n%x%",
    "space": " ",
    "sigils": "!@#$:",
}

ODD_NUMBERS = (
    "-1", "0", "99999999999999999999999", "9223372036854775808", "2147483648", "NaN", "Infinity",
    "1e999", "1.5", "", "٣", "0x10", "1_0", " 1", "-0", "null", "true",
)  # fmt: skip
