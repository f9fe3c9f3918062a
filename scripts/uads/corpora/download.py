"""Downloads that are verified before they are renamed into place."""

import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from uads.core.errors import UserError
from uads.corpora.datasets import Row, is_digest
from uads.corpora.locks import Verified, compare_with_earlier, digests, write_record
from uads.corpora.transfer import Manners, bare, discard, fetch, fetch_json, open_session, size_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expected:
    """Expected size and digest of a file, as far as known, and the source of the digest."""

    size: int | None
    digest: str
    stated_by: str


def download(row: Row, output: str | Path, manners: Manners, lock: str | Path) -> Verified:
    """Download one file, verify it, and write its verification record.

    Until then the bytes are kept in ``<output>.partial``, which the next attempt or run continues.

    Parameters
    ----------
    row : mapping
        A row of the dataset table.
    output : path
    manners : Manners
    lock : path
        Lock table, which may not exist yet.

    Returns
    -------
    Verified

    Raises
    ------
    UserError
        If no server has the file, or it fails verification.
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
    """Return the expected size and digest of a file, from the dataset table or else from its record's metadata.

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
        raise UserError(f"{bare(api)} lists {', '.join(listed) or 'no file'}, not {name}: correct config/datasets.csv")
    size, digest = size or listed[name].get("size"), listed[name].get("checksum", "")
    return Expected(size, digest, "record") if is_digest(digest) else Expected(size, "", "nobody")


def verify_stored(path: str | Path, row: Row, lock: str | Path) -> Verified:
    """Check an existing file against its rows of the dataset table and the lock table, offline.

    Raises
    ------
    UserError
        If the file differs.
    """
    size = int(row["bytes"]) if row["bytes"] else None
    verified = verify(Path(path), row, Expected(size, row["digest"], "table"), str(path))
    compare_with_earlier(verified, path, lock)
    return verified


def _fetch_verified(
    session: requests.Session, row: Row, partial: Path, expected: Expected, manners: Manners
) -> Verified:
    """Download and verify a file from its address or, if that fails, from its mirror."""
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
    """Error for a file that fails verification."""


def verify(path: Path, row: Row, expected: Expected, origin: str) -> Verified:
    """Check size and digest of a file.

    Parameters
    ----------
    path : path
    row : mapping
        Its row of the dataset table.
    expected : Expected
    origin : str
        Address or path that the file comes from.

    Raises
    ------
    Refused
        If size or digest differs.
    """
    kind, _, digits = expected.digest.partition(":")
    size = size_of(path)
    if expected.size is not None and size != expected.size:
        raise Refused(_refusal(row, origin, f"{size} bytes", f"{expected.size}"))
    found = digests(path, {"sha256", kind} - {""})
    if kind and found[kind] != digits:
        raise Refused(_refusal(row, origin, f"the digest {kind}:{found[kind]}", expected.digest))
    if not kind:
        log.warning("no digest is known for %s: accepted unverified, sha256:%s", bare(origin), found["sha256"])
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
        "it is not used. Download it again, or check whether it was replaced at its source"
    )
