"""Downloads resume, wait when asked to, and never accept a wrong file."""

import hashlib
import json
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.helpers import SCRIPTS
from uads.core.errors import UserError
from uads.corpora.download import download
from uads.corpora.locks import merge_records, read_lock, record_of
from uads.corpora.transfer import LONGEST_WAIT, bare, seconds_to_wait

from .conftest import PATH, SIZE

pytestmark = pytest.mark.download

CLIENT = """
import json, sys
from uads.corpora.download import download
from uads.corpora.transfer import Manners

row, output, base, lock = json.loads(sys.argv[1])
download(row, output, Manners(base=base, attempts=1), lock)
"""


def run_client(*arguments) -> subprocess.Popen:
    """Download in a separate process."""
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, json.dumps([*map(str_or_row, arguments)])], env={"PYTHONPATH": str(SCRIPTS)}
    )


def str_or_row(value: object) -> object:
    return value if isinstance(value, dict) else str(value)


def is_tidy(output: Path) -> bool:
    """Return True if only the file and its record remain."""
    return sorted(path.name for path in output.parent.iterdir()) == [output.name, record_of(output).name]


def test_a_file_is_fetched_once_and_recorded(server, row, output, manners, lock, content, pauses):
    download(row, output, manners, lock)
    assert output.read_bytes() == content
    assert is_tidy(output)
    assert json.loads(record_of(output).read_text()) == {
        "corpus": "plant",
        "file": "fan.zip",
        "bytes": SIZE,
        "sha256": hashlib.sha256(content).hexdigest(),
        "digest": row["digest"],
        "stated_by": "table",
        "url": f"{server.address}{PATH}",
    }
    (entry,) = server.log
    assert (entry.path, entry.range, entry.sent) == (PATH, None, SIZE)
    assert entry.agent.startswith("uads/")
    assert not pauses


def test_only_missing_bytes_are_sent_after_a_drop(server, row, output, manners, lock, content, pauses):
    server.fail(PATH, drop_after=1_000_000)
    server.fail(PATH, drop_after=1_500_000)
    download(row, output, manners, lock)
    assert output.read_bytes() == content
    assert [(entry.range, entry.sent) for entry in server.log] == [
        (None, 1_000_000),
        ("bytes=1000000-", 1_500_000),
        ("bytes=2500000-", 500_000),
    ]
    assert pauses == [1, 1], "an attempt that brought bytes does not count as failed"


def test_a_killed_download_resumes_in_the_next_run(server, row, output, lock, content):
    server.fail(PATH, hold_after=2_000_000)
    process = run_client(row, output, server.address, lock)
    server.wait_until_held()
    partial = output.with_name("fan.zip.partial")
    while process.poll() is None and not (partial.exists() and partial.stat().st_size > 1_000_000):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = partial.stat().st_size
    assert not output.exists()

    assert run_client(row, output, server.address, lock).wait() == 0
    assert output.read_bytes() == content
    assert [(entry.range, entry.sent) for entry in server.log[1:]] == [(f"bytes={kept}-", SIZE - kept)]
    assert is_tidy(output)


def test_a_server_that_asks_to_wait_is_waited_for(server, row, output, manners, lock, pauses):
    server.fail(PATH, status=429, retry_after="7")
    server.fail(PATH, status=503)
    download(row, output, manners, lock)
    assert pauses == [7, 2]


def test_failed_attempts_keep_the_partial_file(server, row, output, manners, lock, pauses):
    server.fail(PATH, drop_after=1_000_000)
    for _ in range(2):
        server.fail(PATH, status=503)
    with pytest.raises(UserError, match=f"cannot download {server.address}{PATH}: the server answers 503 .* run again"):
        download(row, output, manners, lock)
    assert pauses == [1, 2]
    assert output.with_name("fan.zip.partial").stat().st_size == 1_000_000
    download(row, output, manners, lock)
    assert server.log[-1].range == "bytes=1000000-"


def test_a_server_that_asks_to_wait_for_hours_is_left_alone(server, row, output, manners, lock, pauses):
    server.fail(PATH, status=429, retry_after=f"{2 * LONGEST_WAIT:.0f}")
    with pytest.raises(UserError, match="run again in 1800 s"):
        download(row, output, manners, lock)
    assert len(server.log) == 1
    assert not pauses


@pytest.mark.parametrize("known", ["digest and size", "digest"])
def test_a_wrong_byte_is_refused_with_both_digests(server, row, output, manners, lock, content, known):
    row |= {"bytes": row["bytes"] if known == "digest and size" else ""}
    server.fail(PATH, wrong_byte=5)
    wrong = content[:5] + bytes([content[5] ^ 1]) + content[6:]
    found = f"fan.zip of plant from .* has the digest md5:{hashlib.md5(wrong).hexdigest()}, expected {row['digest']}"
    with pytest.raises(UserError, match=found):
        download(row, output, manners, lock)
    assert list(output.parent.iterdir()) == []
    download(row, output, manners, lock)
    assert output.read_bytes() == content


def test_a_truncated_file_is_not_taken(server, row, output, manners, lock, content, pauses):
    server.fail(PATH, truncate=1000)
    download(row, output, manners, lock)
    assert output.read_bytes() == content
    assert pauses == [1]


@pytest.mark.parametrize("has_etags", [True, False])
@pytest.mark.parametrize("longer", [0, 10])
def test_a_file_that_changed_meanwhile_is_fetched_again(server, row, output, manners, lock, content, has_etags, longer):
    server.has_etags = has_etags
    changed = content[::-1] + bytes(longer)
    row |= {"bytes": "", "digest": f"sha256:{hashlib.sha256(changed).hexdigest()}"}
    server.fail(PATH, drop_after=1_000_000)
    with pytest.raises(UserError, match="received bytes are kept"):
        download(row, output, replace(manners, attempts=1), lock)
    (server.folder / PATH.lstrip("/")).write_bytes(changed)
    if not has_etags and not longer:
        with pytest.raises(UserError, match="has the digest"):
            download(row, output, manners, lock)
    download(row, output, manners, lock)
    assert output.read_bytes() == changed


def test_a_server_without_ranges_sends_the_whole_file_again(server, row, output, manners, lock, content):
    server.knows_ranges = False
    server.fail(PATH, drop_after=1_000_000)
    download(row, output, manners, lock)
    assert output.read_bytes() == content


def test_a_partial_file_of_unknown_origin_is_not_continued(server, row, output, manners, lock, content):
    output.parent.mkdir(parents=True)
    output.with_name("fan.zip.partial").write_bytes(b"something else")
    download(row, output, manners, lock)
    assert output.read_bytes() == content
    assert server.log[0].range is None


def test_a_file_that_had_arrived_is_not_asked_for_again(server, row, output, manners, lock, content):
    wrong = row | {"digest": "md5:" + 32 * "0"}
    with pytest.raises(UserError, match="expected md5:0000"):
        download(wrong, output, manners, lock)
    download(row, output, manners, lock)
    output.replace(output.with_name("fan.zip.partial"))
    note = {"ETag": None, "Last-Modified": None, "total": SIZE}
    output.with_name("fan.zip.partial.json").write_text(json.dumps(note))
    asked = len(server.log)
    download(row, output, manners, lock)
    assert len(server.log) == asked


def test_the_mirror_is_tried_when_the_address_fails(server, row, output, manners, lock, content):
    good = server.folder / "mirror" / "fan.zip"
    good.parent.mkdir()
    good.write_bytes(content)
    for url in ("https://example.org/gone.zip", row["url"]):
        server.fail(PATH, wrong_byte=5)
        verified = download(row | {"url": url, "mirror": "https://example.org/mirror/fan.zip"}, output, manners, lock)
        assert verified.url == f"{server.address}/mirror/fan.zip"
        assert output.read_bytes() == content


def test_a_file_that_is_nowhere_is_named_with_its_address(server, row, output, manners, lock, pauses):
    row |= {"url": "https://example.org/gone.zip?token=secret", "mirror": "https://example.org/lost.zip"}
    with pytest.raises(UserError, match=r"gone.zip: the server answers 404 .*; .*lost.zip: the server") as caught:
        download(row, output, manners, lock)
    assert "secret" not in str(caught.value)
    assert not pauses


def test_a_record_states_what_the_table_does_not(server, row, output, manners, lock, content):
    server.describe_record("17", PATH)
    verified = download(row | {"bytes": "", "digest": ""}, output, manners, lock)
    assert (verified.digest, verified.stated_by) == (row["digest"], "record")
    assert [entry.path for entry in server.log] == ["/api/records/17", PATH]

    server.records["17"]["files"][0]["checksum"] = "md5:" + 32 * "0"
    with pytest.raises(UserError, match=f"expected md5:{32 * '0'}"):
        download(row | {"bytes": "", "digest": ""}, output, manners, lock)

    server.records["17"]["files"][0]["key"] = "pump.zip"
    with pytest.raises(UserError, match=r"lists pump.zip, not fan.zip: correct config/datasets.csv"):
        download(row | {"bytes": "", "digest": ""}, output, manners, lock)


def test_a_file_without_a_published_digest_is_recorded_as_such(row, output, manners, lock, caplog):
    verified = download(row | {"bytes": "", "digest": ""}, output, manners, lock)
    assert (verified.digest, verified.stated_by) == ("", "nobody")
    assert "no digest is known for" in caplog.text


def test_a_git_blob_is_known_by_its_own_digest(row, output, manners, lock, content):
    blob = hashlib.sha1(b"blob %d\0" % SIZE + content).hexdigest()
    assert download(row | {"digest": f"git-blob:{blob}"}, output, manners, lock).digest == f"git-blob:{blob}"


@pytest.mark.parametrize("kept_in", ["record", "table"])
def test_a_file_that_differs_from_an_earlier_download_is_refused(server, row, output, manners, lock, content, kept_in):
    unknown = row | {"bytes": "", "digest": ""}
    download(unknown, output, manners, lock)
    if kept_in == "table":
        assert merge_records(output.parents[1], lock) == 1
        record_of(output).unlink()
    output.unlink()
    (server.folder / PATH.lstrip("/")).write_bytes(content[::-1])
    both = f"sha256:{hashlib.sha256(content[::-1]).hexdigest()}, but .* sha256:{hashlib.sha256(content).hexdigest()}"
    with pytest.raises(UserError, match=both):
        download(unknown, output, manners, lock)
    assert not output.exists()
    assert not list(output.parent.glob("*.partial*"))


def test_the_lock_table_keeps_what_was_verified(row, output, manners, lock):
    download(row, output, manners, lock)
    download(row | {"file": "pump.zip"}, output.with_name("pump.zip"), manners, lock)
    assert merge_records(output.parents[1], lock) == 2
    text = lock.read_text()
    assert merge_records(output.parents[1], lock) == 2
    assert lock.read_text() == text
    assert read_lock(lock)["plant", "pump.zip"]["stated_by"] == "table"
    record_of(output).write_text(re.sub('"sha256": "....', '"sha256": "0000', record_of(output).read_text()))
    with pytest.raises(UserError, match="fan.zip of plant is sha256:0000"):
        merge_records(output.parents[1], lock)


def test_retry_after_is_read_as_seconds_or_a_date():
    now = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
    assert seconds_to_wait("120", now) == 120
    assert seconds_to_wait("Thu, 01 Jan 2026 12:00:30 GMT", now) == 30
    assert seconds_to_wait("Thu, 01 Jan 2026 11:00:00 GMT", now) == 0
    assert seconds_to_wait("soon", now) == 0
    assert seconds_to_wait("", now) == 0


def test_secrets_do_not_leave_an_address():
    assert bare("https://me:secret@example.org:8080/a/b.zip?token=secret#x") == "https://example.org:8080/a/b.zip"
