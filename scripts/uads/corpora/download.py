"""Downloads that are verified before they are taken for whole."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pooch
import requests

from uads import __version__
from uads.errors import UserError
from uads.files import whole

USER_AGENT = f"uads/{__version__} (anomalous machine sound study)"


def download(row: Mapping[str, str], output: str | Path) -> None:
    """Download one file and check its size and digest, as far as the dataset table knows them.

    Parameters
    ----------
    row : mapping
        A row of the dataset table.
    output : path

    Raises
    ------
    UserError
        If the server does not give the file, or gives another one.
    """
    fetch = pooch.HTTPDownloader(progressbar=True, headers={"User-Agent": USER_AGENT}, timeout=60)
    with whole(output) as partial:
        try:
            fetch(row["url"], str(partial), None)
        except requests.RequestException as error:
            raise UserError(f"cannot download {row['url']}: {error}. Look at the network and run again") from error
        verify(partial, row)


def verify(path: Path, row: Mapping[str, str]) -> None:
    """Compare a file with the size and the digests of its row.

    Raises
    ------
    UserError
        If one differs.
    """
    size = path.stat().st_size
    if row["bytes"] and size != int(row["bytes"]):
        raise UserError(f"{row['file']} of {row['corpus']} has {size} bytes, expected {row['bytes']}: run again")
    for name, digest in _digests(path, row).items():
        if digest != row[name]:
            raise UserError(
                f"{row['file']} of {row['corpus']} has the {name} {digest}, expected {row[name]}: run again"
            )


def _digests(path: Path, row: Mapping[str, str]) -> dict[str, str]:
    made = {name: hashlib.new(name) for name in ("md5", "sha256") if row[name]}
    if row["git_sha1"]:
        made["git_sha1"] = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            for digest in made.values():
                digest.update(block)
    return {name: digest.hexdigest() for name, digest in made.items()}
