"""Downloads that are verified before they are taken for whole."""

import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from uads.corpora.datasets import Row, is_digest
from uads.corpora.locks import Verified, compare_with_earlier, digests, write_record
from uads.corpora.transfer import Manners, bare, discard, fetch, fetch_json, open_session, size_of
from uads.errors import UserError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expected:
    """What a file must be: its size and digest, as far as known, and who states the digest."""

    size: int | None
    digest: str
    stated_by: str


def download(row: Row, output: str | Path, manners: Manners, lock: str | Path) -> Verified:
    """Download one file, verify it, and record what was verified beside it.

    Until then the file grows as ``<output>.partial``, which the next attempt or run continues.

    Parameters
    ----------
    row : mapping
        A row of the dataset table.
    output : path
    manners : Manners
    lock : path
        The lock table; it need not exist.

    Returns
    -------
    Verified

    Raises
    ------
    UserError
        If no server gives the file, or they give another one.
    """
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f"{output.name}.partial")
    with open_session() as session:
        expected = expect(session, row, manners)
        verified = _fetch_verified(session, row, partial, expected, manners)
    try:
        compare_with_earlier(verified, output, lock)
    except UserError:
        discard(partial)
        raise
    partial.replace(output)
    discard(partial)
    write_record(verified, output)
    return verified


def expect(session: requests.Session, row: Row, manners: Manners) -> Expected:
    """Say what a file must be: by the dataset table, else by the metadata of the record that lists it.

    Raises
    ------
    UserError
        If the record does not list the file.
    """
    size = int(row["bytes"]) if row["bytes"] else None
    if row["digest"] or not row["record"]:
        return Expected(size, row["digest"], "table" if row["digest"] else "nobody")
    site, name = urlsplit(row["url"]), unquote(urlsplit(row["url"]).path.rsplit("/", 1)[-1])
    api = manners.address(urlunsplit((site.scheme, site.netloc, f"/api/records/{row['record']}", "", "")))
    record = fetch_json(session, api, manners)
    if record is None:
        return Expected(size, "", "nobody")
    listed = {entry["key"]: entry for entry in record.get("files", [])}
    if name not in listed:
        raise UserError(f"{bare(api)} lists {', '.join(listed) or 'no file'}, not {name}: mend config/datasets.csv")
    size, digest = size or listed[name].get("size"), listed[name].get("checksum", "")
    return Expected(size, digest, "record") if is_digest(digest) else Expected(size, "", "nobody")


def verify_stored(path: str | Path, row: Row, lock: str | Path) -> Verified:
    """Compare a file that is there with its row of the dataset table, and of the lock table; offline.

    Raises
    ------
    UserError
        If it is another one.
    """
    size = int(row["bytes"]) if row["bytes"] else None
    verified = verify(Path(path), row, Expected(size, row["digest"], "table"), str(path))
    compare_with_earlier(verified, path, lock)
    return verified


def _fetch_verified(
    session: requests.Session, row: Row, partial: Path, expected: Expected, manners: Manners
) -> Verified:
    """Fetch and verify a file from its address or, if that fails, from its mirror."""
    failures: list[UserError] = []
    for url in filter(None, (row["url"], row["mirror"])):
        address = manners.address(url)
        try:
            fetch(session, address, partial, expected.size, manners)
            return verify(partial, row, expected, address)
        except Refused as error:
            discard(partial)
            failures.append(error)
        except UserError as error:
            failures.append(error)
        log.warning("%s", failures[-1])
    raise UserError("; ".join(map(str, failures)))


class Refused(UserError):
    """A file is not what it must be."""


def verify(path: Path, row: Row, expected: Expected, origin: str) -> Verified:
    """Compare a file with what it must be.

    Parameters
    ----------
    path : path
    row : mapping
        Its row of the dataset table.
    expected : Expected
    origin : str
        Where it comes from: an address or a path.

    Raises
    ------
    Refused
        If size or digest differ.
    """
    kind, _, digits = expected.digest.partition(":")
    size = size_of(path)
    if expected.size is not None and size != expected.size:
        raise Refused(_refusal(row, origin, f"{size} bytes", f"{expected.size}"))
    found = digests(path, {"sha256", kind} - {""})
    if kind and found[kind] != digits:
        raise Refused(_refusal(row, origin, f"the digest {kind}:{found[kind]}", expected.digest))
    if not kind:
        log.warning("nobody states a digest of %s: it is taken as it is, sha256:%s", bare(origin), found["sha256"])
    return Verified(
        corpus=row["corpus"],
        file=row["file"],
        bytes=size,
        sha256=found["sha256"],
        digest=expected.digest,
        stated_by=expected.stated_by,
        url=bare(origin),
    )


def _refusal(row: Row, origin: str, found: str, expected: str) -> str:
    return (
        f"{row['file']} of {row['corpus']} from {bare(origin)} has {found}, expected {expected}: "
        "it is not used. Fetch it again, or look whether it was replaced at its source"
    )
