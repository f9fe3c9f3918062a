"""A local web server that serves a folder like a repository and fails on request.

It supports ``Range``, ``If-Range`` and ``ETag``, describes records at ``/api/records/<number>``, and keeps a log.
"""

import hashlib
import json
import re
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Fault:
    """A fault of one response.

    Parameters
    ----------
    drop_after : int, optional
        Close the connection after this many bytes of the body.
    hold_after : int, optional
        Send nothing after this many bytes until the server stops.
    status : int, optional
        Status sent instead of the file.
    retry_after : str, optional
        Value of the header ``Retry-After``.
    wrong_byte : int, optional
        Offset of a byte of the file that is changed.
    truncate : int, optional
        Length to which the file is cut.
    """

    drop_after: int | None = None
    hold_after: int | None = None
    status: int | None = None
    retry_after: str | None = None
    wrong_byte: int | None = None
    truncate: int | None = None


@dataclass
class Entry:
    """One response: the request and the number of body bytes sent."""

    path: str
    range: str | None
    agent: str | None
    status: int = 0
    sent: int = 0


class FileServer:
    """Server of ``folder`` at ``address`` within a ``with`` block.

    Attributes
    ----------
    log : list of Entry
    records : dict
        Number of a record to its metadata.
    has_etags : bool
        Whether responses have an ETag.
    knows_ranges : bool
        Whether ``Range`` is supported.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.log: list[Entry] = []
        self.records: dict[str, dict] = {}
        self.has_etags = True
        self.knows_ranges = True
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._held = threading.Event()
        self._stopped = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> "FileServer":
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()

    def fail(self, path: str, **fault) -> None:
        """Add a fault for the next response about a path; several faults apply to successive responses."""
        self._faults[path].append(Fault(**fault))

    def wait_until_held(self, seconds: float = 30) -> None:
        """Wait until a response is held."""
        assert self._held.wait(seconds), "no answer was held"

    def describe_record(self, number: str, *paths: str) -> None:
        """Add files of the folder to the metadata of a record."""
        files = [(Path(path).name, (self.folder / path.lstrip("/")).read_bytes()) for path in paths]
        self.records[number] = {
            "files": [
                {"key": name, "size": len(data), "checksum": f"md5:{hashlib.md5(data).hexdigest()}"}
                for name, data in files
            ]
        }

    def of(self, path: str) -> list[Entry]:
        """List the responses about one path."""
        return [entry for entry in self.log if entry.path == path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                entry = Entry(path, self.headers.get("Range"), self.headers.get("User-Agent"))
                server.log.append(entry)
                fault = server._faults[path].popleft() if server._faults[path] else Fault()
                if fault.status:
                    self._answer(entry, fault.status, {"Retry-After": fault.retry_after}, b"")
                elif match := re.fullmatch(r"/api/records/(\d+)", path):
                    record = server.records.get(match[1])
                    self._answer(entry, 200 if record else 404, {}, json.dumps(record or {}).encode())
                elif (file := server.folder / path.lstrip("/")).is_file():
                    self._serve(entry, fault, file.read_bytes())
                else:
                    self._answer(entry, 404, {}, b"")

            def _serve(self, entry: Entry, fault: Fault, data: bytes) -> None:
                etag = f'"{hashlib.md5(data).hexdigest()}"' if server.has_etags else None
                data = data[: fault.truncate]
                if fault.wrong_byte is not None:
                    at = fault.wrong_byte
                    data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
                match = re.fullmatch(r"bytes=(\d+)-", entry.range or "")
                is_same = self.headers.get("If-Range") in (None, etag)
                if not (match and is_same and server.knows_ranges):
                    self._answer(entry, 200, {"ETag": etag}, data, fault)
                elif (start := int(match[1])) >= len(data):
                    self._answer(entry, 416, {"Content-Range": f"bytes */{len(data)}"}, b"")
                else:
                    span = f"bytes {start}-{len(data) - 1}/{len(data)}"
                    self._answer(entry, 206, {"ETag": etag, "Content-Range": span}, data[start:], fault)

            def _answer(
                self, entry: Entry, status: int, headers: dict[str, str | None], body: bytes, fault: Fault | None = None
            ) -> None:
                fault = fault or Fault()
                entry.status = status
                self.send_response(status)
                for name, value in headers.items():
                    if value is not None:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                ends = [end for end in (fault.drop_after, fault.hold_after) if end is not None]
                part = body[: min(ends, default=len(body))]
                self.wfile.write(part)
                self.wfile.flush()
                entry.sent = len(part)
                if fault.hold_after is not None:
                    server._held.set()
                    server._stopped.wait(60)
                self.close_connection = bool(ends) or status >= 400

            def log_message(self, *_: object) -> None:
                """Suppress the default log on the terminal."""

        return Handler
