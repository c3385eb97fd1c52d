"""A real server of somebody else's, whom the house asks over HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Takes the body of a question and its headers; returns a status, a body, and headers of the answer.
Answer = Callable[[bytes, Any], tuple[int, bytes, dict[str, str]]]


@contextmanager
def asked_at(answer: Answer) -> Iterator[str]:
    """Answer whatever is posted; yields where, without a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, said, headers = answer(body, self.headers)
            self.send_response(status)
            for name, value in ({"content-length": str(len(said))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
