"""Serves `/v1/chat/completions` on loopback and answers each request with the next fault of a script.

    with FaultServer(["rate limit", "ok"], text="Output rose. [1]") as server:
        ...  # requests to server.url; server.requests holds what came in

The last entry of the script repeats. Faults are methods named after themselves; `FAULTS` lists them.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Text = str | Callable[[list[dict[str, str]]], str]

FAULTS = (
    "ok", "rate limit", "rate limit for long", "server error", "bad gateway", "hang", "hang in the middle",
    "half a stream", "drop at once", "malformed json", "malformed stream", "empty choice", "no choices",
    "content filter", "context length", "clean end in mid-stream", "slow drip", "insufficient quota", "html",
    "wrong model", "wrong key", "length", "refuses temperature", "error in the stream", "no usage", "megabytes",
    "empty text",
)  # fmt: skip
"""Every fault, by name."""

SECRET = "sk-super-secret-0123456789abcdef"
"""A key that the server echoes in its errors, as real ones do; no message of ours may hold it."""


@dataclass
class Seen:
    """A request that came in."""

    body: dict[str, Any]
    """As parsed from JSON."""
    key: str
    """The bearer token."""
    fault: str
    """What the server did with it."""
    gone: threading.Event = field(default_factory=threading.Event)
    """Set when the client closed the connection before the answer had ended."""

    @property
    def prompt(self) -> str:
        """All messages in one text."""
        return "\n".join(message["content"] for message in self.body["messages"])


class FaultServer:
    """The server; a context manager."""

    def __init__(
        self,
        script: Sequence[str] = ("ok",),
        *,
        text: Text = "Yes. [1]",
        context_chars: int = 8000,
        retry_after: str = "0",
    ) -> None:
        """Prepare a server.

        Args:
            script: Names of faults, one a request; the last repeats.
            text: What a good answer says, or a function of the messages that tells.
            context_chars: Longest prompt that the fault `context length` lets pass.
            retry_after: Value of the header that goes with `rate limit`.
        """
        if unknown := set(script) - set(FAULTS):
            raise ValueError(f"there is no fault {min(unknown)!r}; choose from {FAULTS}")
        self.script = list(script)
        self.text = text
        self.context_chars = context_chars
        self.retry_after = retry_after
        self.requests: list[Seen] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next_fault(self) -> str:
        """The entry of the script for the request that has just come."""
        with self._lock:
            return self.script[min(len(self.requests), len(self.script) - 1)]

    def record(self, seen: Seen) -> None:
        """Keep a request."""
        with self._lock:
            self.requests.append(seen)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    owner: FaultServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._json(200, {"object": "list", "data": [{"id": "test", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.owner.next_fault()
        self.seen = Seen(body, self.headers.get("Authorization", "").removeprefix("Bearer "), fault)
        self.owner.record(self.seen)
        try:
            getattr(self, "_" + fault.replace(" ", "_").replace("-", "_"))()
        except (BrokenPipeError, ConnectionResetError):
            self.seen.gone.set()
            self.close_connection = True

    # What a request can meet

    def _ok(self) -> None:
        self._stream(self._pieces())

    def _no_usage(self) -> None:
        self._stream(self._pieces(), usage=False)

    def _length(self) -> None:
        self._stream(self._pieces(), reason="length")

    def _content_filter(self) -> None:
        self._stream(self._pieces()[:2], reason="content_filter")

    def _clean_end_in_mid_stream(self) -> None:
        self._stream(self._pieces()[:3], reason=None, done=False)

    def _empty_text(self) -> None:
        self._stream([])

    def _megabytes(self) -> None:
        self._stream(["word [1] " * 20_000] * 10)

    def _empty_choice(self) -> None:
        self._start()
        self._event(self._chunk([{}]))
        self._end()

    def _no_choices(self) -> None:
        self._start()
        self._event(self._chunk([]))
        self._end()

    def _rate_limit(self) -> None:
        self._error(429, "Rate limit reached", "rate_limit_exceeded", {"Retry-After": self.owner.retry_after})

    def _rate_limit_for_long(self) -> None:
        self._error(429, "Rate limit reached", "rate_limit_exceeded", {"Retry-After": "3600"})

    def _insufficient_quota(self) -> None:
        self._error(429, f"You exceeded your current quota, {SECRET}", "insufficient_quota")

    def _server_error(self) -> None:
        self._error(500, f"Internal error for key {SECRET}", "server_error")

    def _bad_gateway(self) -> None:
        self._send(502, "text/html", b"<html><body>Bad gateway</body></html>")

    def _wrong_model(self) -> None:
        self._error(404, "The model does not exist", "model_not_found")

    def _wrong_key(self) -> None:
        self._error(401, f"Incorrect API key provided: {SECRET}", "invalid_api_key")

    def _html(self) -> None:
        self._send(200, "text/html", b"<!doctype html><html><body>Sign in to the network</body></html>")

    def _malformed_json(self) -> None:
        self._send(200, "application/json", b'{"id": "x", "choices": [{"message": ')

    def _malformed_stream(self) -> None:
        self._start()
        self._event(self._delta("Output "))
        self._write(b'data: {"choices": [{"delta": {"content": \n\n')
        self._end()

    def _error_in_the_stream(self) -> None:
        self._start()
        self._event(self._delta("Output "))
        self._event({"error": {"message": f"The server is overloaded {SECRET}", "type": "server_error", "code": None}})
        self._end()

    def _context_length(self) -> None:
        if len(self.seen.prompt) <= self.owner.context_chars:
            self._ok()
            return
        self._error(400, "This model's maximum context length is 4096 tokens.", "context_length_exceeded")

    def _refuses_temperature(self) -> None:
        if "temperature" not in self.seen.body:
            self._ok()
            return
        self._error(400, "Unsupported value: 'temperature' does not support 0.0", "unsupported_value")

    def _hang(self) -> None:
        self._wait()

    def _hang_in_the_middle(self) -> None:
        self._start()
        for piece in self._pieces()[:2]:
            self._event(self._delta(piece))
        self._wait()

    def _half_a_stream(self) -> None:
        self._start()
        for piece in self._pieces()[:2]:
            self._event(self._delta(piece))
        self._sever()

    def _drop_at_once(self) -> None:
        self._sever()

    def _slow_drip(self) -> None:
        self._start()
        while not self.owner.closing.is_set():
            self._event(self._delta("drip "))
            self._wait(0.1)

    # How it is said

    def _pieces(self) -> list[str]:
        text = self.owner.text
        said = text if isinstance(text, str) else text(self.seen.body["messages"])
        return [said[start : start + 7] for start in range(0, len(said), 7)]

    def _chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": choices}

    def _delta(self, piece: str) -> dict[str, Any]:
        return self._chunk([{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}])

    def _stream(
        self, pieces: Sequence[str], *, reason: str | None = "stop", done: bool = True, usage: bool = True
    ) -> None:
        self._start()
        for piece in pieces:
            self._event(self._delta(piece))
        if reason is not None:
            self._event(self._chunk([{"index": 0, "delta": {}, "finish_reason": reason}]))
        if usage and done:
            count = {"prompt_tokens": 321, "completion_tokens": 54, "total_tokens": 375}
            self._event(self._chunk([]) | {"usage": count})
        self._end(done=done)

    def _start(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()
        if self._client_left():
            raise BrokenPipeError

    def _event(self, value: dict[str, Any]) -> None:
        self._write(f"data: {json.dumps(value)}\n\n".encode())

    def _end(self, *, done: bool = True) -> None:
        if done:
            self._write(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(value).encode(), headers)

    def _error(self, status: int, message: str, code: str, headers: dict[str, str] | None = None) -> None:
        self._json(status, {"error": {"message": message, "type": code, "code": code, "param": None}}, headers)

    def _sever(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _client_left(self) -> bool:
        ready, _, _ = select.select([self.connection], [], [], 0)
        return bool(ready) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _wait(self, seconds: float = 3600.0) -> None:
        """Do nothing until the client leaves, the server closes or the time is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.owner.closing.is_set():
            ready, _, _ = select.select([self.connection], [], [], 0.05)
            if ready and self.connection.recv(1, socket.MSG_PEEK) == b"":
                self.seen.gone.set()
                raise BrokenPipeError
