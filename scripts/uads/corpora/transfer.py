"""Resumable downloads.

Received bytes are kept in a partial file; ``<partial>.json`` beside it records which version of the file they
belong to. Both survive a killed run, so that the next one requests only the missing bytes (``Range``), and only
of that version (``If-Range``). If the file has changed in between, the partial file is discarded.

pooch, a common download library, starts every attempt at the first byte and ignores ``Retry-After``. Archives of
gigabytes and a rate-limited repository require both, so this module uses requests directly.
"""

import json
import logging
import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3

from uads import __version__
from uads.core.errors import UserError
from uads.core.files import atomic_path, remove
from uads.core.progress import count_bytes

USER_AGENT = f"uads/{__version__} (anomalous machine sound study)"
BLOCK = 1 << 18
TRY_LATER = (408, 425, 429, 500, 502, 503, 504)
LONGEST_PAUSE = 60.0
LONGEST_WAIT = 900.0

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Manners:
    """Policy for requests to servers.

    Parameters
    ----------
    base : str, optional
        Address of a mirror of all sites, which replaces scheme and host of every address.
    attempts : int
        Consecutive attempts without progress before an address is given up.
    timeout : float
        Seconds without data after which an attempt fails.
    sleep : callable
        Function that waits between attempts, in seconds.
    """

    base: str | None = None
    attempts: int = 6
    timeout: float = 60
    sleep: Callable[[float], None] = time.sleep

    def address(self, url: str) -> str:
        """Return the address from which to request a file."""
        return self.base.rstrip("/") + urlunsplit(("", "", *urlsplit(url)[2:])) if self.base else url

    def pause(self, failures: int) -> float:
        """Return the seconds to wait after consecutive failures: 1, 2, 4 ..."""
        return min(2.0 ** (failures - 1), LONGEST_PAUSE)


class TryAgain(Exception):
    """A failure that another attempt may resolve; ``wait`` is the number of seconds that the server asks for."""

    def __init__(self, reason: str, wait: float = 0.0):
        super().__init__(reason)
        self.wait = wait


def open_session() -> requests.Session:
    """Return a session that identifies the workflow and requests files without content encoding."""
    session = requests.Session()
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
    return session


def fetch(session: requests.Session, address: str, partial: Path, size: int | None, manners: Manners) -> None:
    """Download the missing bytes of a file in as many attempts as needed.

    An attempt that made progress does not count as failed, so that a large file arrives over a bad connection.

    Parameters
    ----------
    session : Session
    address : str
    partial : path
        File that the bytes are written to; an existing one is continued.
    size : int or None
        Expected size in bytes, if known.
    manners : Manners

    Raises
    ------
    UserError
        If the server does not have the file, or several consecutive attempts made no progress.
    """
    insist(lambda: _attempt(session, address, partial, size, manners), address, manners, lambda: size_of(partial))


def fetch_json(session: requests.Session, address: str, manners: Manners) -> Any:
    """Download a JSON document; None if the server does not have it."""

    def ask() -> Any:
        answer = session.get(address, timeout=manners.timeout)
        if answer.status_code in (404, 410):
            return None
        _check_status(answer, address)
        try:
            return answer.json()
        except ValueError as error:
            raise UserError(f"{bare(address)} does not return JSON: correct downloads.base in the config") from error

    return insist(ask, address, manners)


def insist(
    attempt: Callable[[], Result], address: str, manners: Manners, progress: Callable[[], int] = lambda: 0
) -> Result:
    """Repeat an attempt until it succeeds, with increasing pauses while it makes no progress."""
    failures, reached = 0, progress()
    while True:
        try:
            return attempt()
        except (TryAgain, requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failures = 1 if progress() > reached else failures + 1
            reached = max(reached, progress())
            asked = error.wait if isinstance(error, TryAgain) else 0.0
            if failures >= manners.attempts or asked > LONGEST_WAIT:
                later = f" in {asked:.0f} s" if asked else ""
                raise UserError(
                    f"cannot download {bare(address)}: {_reason(error)}. "
                    f"Check the network and run again{later}: received bytes are kept"
                ) from error
            pause = max(manners.pause(failures), asked)
            log.warning("%s: %s; next attempt in %.0f s", bare(address), _reason(error), pause)
            manners.sleep(pause)


def seconds_to_wait(header: str, now: datetime | None = None) -> float:
    """Parse ``Retry-After``, given as seconds or a date; 0 if it is neither."""
    if header.strip().isdecimal():
        return float(header)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds())


def bare(address: str) -> str:
    """Return an address without user, password and query, which may be secret."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def size_of(path: Path) -> int:
    """Return a file's size; 0 if it does not exist."""
    return path.stat().st_size if path.exists() else 0


def discard(partial: Path) -> None:
    """Remove a partial file and its version note."""
    remove(partial)
    remove(_note(partial))


def _attempt(session: requests.Session, address: str, partial: Path, size: int | None, manners: Manners) -> None:
    """Request the missing bytes and append them."""
    version = _read_version(partial)
    start = size_of(partial) if version else 0
    if start and start == (size or version["total"]):
        return
    headers = {"Range": f"bytes={start}-"} if start else {}
    if start and (mark := _strong_mark(version)):
        headers["If-Range"] = mark
    with closing(session.get(address, headers=headers, stream=True, timeout=manners.timeout)) as response:
        if response.status_code == 416 or (response.status_code == 206 and not _continues(response, start, version)):
            discard(partial)
            raise TryAgain("the server has another version than the partial file, which was discarded")
        _check_status(response, address)
        start = start if response.status_code == 206 else 0
        total = _total(response, start)
        if size is not None and total is not None and total != size:
            raise TryAgain(f"the server offers {total} bytes, expected {size}")
        if not start:
            _begin(partial, response, total)
        _receive(response, partial, start, total)


def _continues(response: requests.Response, start: int, version: Mapping[str, Any]) -> bool:
    """Return True if a partial response continues the same version where the partial file ends."""
    span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
    if not span or int(span[1]) != start:
        return False
    if version["total"] is not None and span[2] not in ("*", str(version["total"])):
        return False
    return all(response.headers.get(mark) in (None, version[mark]) for mark in MARKS if version[mark])


def _begin(partial: Path, response: requests.Response, total: int | None) -> None:
    """Discard the partial file and record which version the next one belongs to."""
    discard(partial)
    version = {mark: response.headers.get(mark) for mark in MARKS} | {"total": total}
    with atomic_path(_note(partial)) as note:
        note.write_text(json.dumps(version))


def _receive(response: requests.Response, partial: Path, start: int, total: int | None) -> None:
    """Append the undecoded response after the first ``start`` bytes."""
    free = shutil.disk_usage(partial.parent).free
    if total is not None and total - start > free:
        raise UserError(
            f"{partial.parent} has {free} bytes free, {total - start} more are needed: make room and run again"
        )
    with open(partial, "ab") as file, count_bytes(partial.stem, start, total) as counter:
        for block in response.raw.stream(BLOCK, decode_content=False):
            file.write(block)
            counter.update(len(block))
    if total is not None and size_of(partial) != total:
        raise TryAgain(f"the connection ended after {size_of(partial)} of {total} bytes")


def _check_status(response: requests.Response, address: str) -> None:
    answer = f"the server answers {response.status_code} {response.reason}"
    if response.status_code in TRY_LATER:
        raise TryAgain(answer, seconds_to_wait(response.headers.get("Retry-After", "")))
    if response.status_code not in (200, 206):
        raise UserError(f"cannot download {bare(address)}: {answer}. Check its line in config/datasets.csv")


#: Headers that distinguish versions of a file.
MARKS = ("ETag", "Last-Modified")


def _strong_mark(version: Mapping[str, Any]) -> str:
    """Return the mark for ``If-Range``: weak ones (``W/"..."``) do not guarantee equal bytes."""
    etag = version["ETag"] or ""
    return etag if etag.startswith('"') else version["Last-Modified"] or ""


def _total(response: requests.Response, start: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdecimal() else None


def _note(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.json")


def _read_version(partial: Path) -> dict[str, Any]:
    """Read the version note of a partial file; empty if there is none."""
    try:
        return dict(json.loads(_note(partial).read_text()))
    except (OSError, ValueError):
        return {}


def _reason(error: Exception) -> str:
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return "the server stopped answering"
    return str(error) if isinstance(error, TryAgain) else f"the connection failed ({error})"
