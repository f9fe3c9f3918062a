"""Archives are unpacked completely or not at all, and their metadata are not trusted."""

import gzip
import io
import stat
import zipfile
import zlib

import pytest

from uads.core.errors import UserError
from uads.corpora import unpack
from uads.corpora.unpack import unpack_gzip, unpack_zip


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "in" / "fan.zip"


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out" / "fan"


@pytest.fixture
def pack(archive):
    """Return a function that writes an archive: ``pack(("fan/a.wav", b"..."), ...)``; names may be ``ZipInfo``."""

    def pack(*members, **settings):
        archive.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, **settings) as file:
            for name, content in members:
                file.writestr(name, content)

    return pack


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refused(archive, output, match):
    """Check that an archive is refused in one line that names it, and leaves no files inside or outside."""
    before = files_below(archive.parents[1])
    with pytest.raises(UserError, match=match) as caught:
        unpack_zip(archive, output)
    assert str(archive) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files_below(archive.parents[1]) == before
    assert not output.exists()


def special(name, kind, content=b"/etc/passwd"):
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member, content


def test_an_archive_unpacks_into_its_folder(pack, archive, output):
    pack(("./", b""), ("fan/", b""), ("fan/train/a.wav", b"sound"), ("./fan/test/b.wav", b""), ("read me.txt", b"text"))
    unpack_zip(archive, output)
    assert files_below(output) == ["fan/test/b.wav", "fan/train/a.wav", "read me.txt"]
    assert (output / "fan/train/a.wav").read_bytes() == b"sound"


def test_what_lay_in_the_folder_is_replaced(pack, archive, output):
    output.mkdir(parents=True)
    (output / "old.wav").touch()
    pack(("new.wav", b"sound"))
    unpack_zip(archive, output)
    assert files_below(output) == ["new.wav"]


@pytest.mark.parametrize(
    "name", ["../x", "fan/../../x", "/etc/x", "//host/x", "fan\\..\\..\\x", "C:\\x", "C:/x", "..", "."]
)
def test_paths_that_lead_out_are_refused(pack, archive, output, name):
    pack(("fan/a.wav", b"sound"), (name, b"x"))
    refused(archive, output, "leads out of its folder: do not trust it")


def test_a_name_that_pretends_to_be_another_is_refused(pack, archive, output):
    pack(("fan/a.wavX../../x", b"sound"))
    archive.write_bytes(archive.read_bytes().replace(b"wavX", b"wav\0"))
    refused(archive, output, "pretends to be another one")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(pack, archive, output, kind):
    pack(("fan/a.wav", b"sound"), special("fan/link", kind))
    refused(archive, output, "'fan/link', which is a link or a device")


def test_encrypted_members_are_refused(pack, archive, output):
    pack(("fan/a.wav", b"sound"))
    data = bytearray(archive.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    archive.write_bytes(data)
    refused(archive, output, "'fan/a.wav', which is encrypted")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("names", "match"),
    [
        (["fan/a.wav", "fan/a.wav"], "'fan/a.wav' twice"),
        (["fan/a.wav", "fan/./a.wav"], "twice"),
        (["fan", "fan/a.wav"], "'fan' both as a file and as a folder"),
        (["fan", "fan/"], "'fan' both as a file and as a folder"),
    ],
)
def test_duplicate_names_are_refused(pack, archive, output, names, match):
    pack(*((name, b"sound") for name in names))
    refused(archive, output, match)


def test_a_bomb_is_refused_before_a_byte_is_written(archive, output):
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file, file.open("fan/zeros.wav", "w") as member:
        for _ in range(1024):
            member.write(bytes(1 << 20))
    assert archive.stat().st_size < 2 << 20
    refused(archive, output, r"unpacks \d+ bytes to 1073741824, more than sound would: do not trust it")


def test_a_member_larger_than_it_declares_is_refused(pack, archive, output):
    pack(("fan/a.wav", bytes(range(256)) * 8))
    size, false = (2048).to_bytes(4, "little"), (1024).to_bytes(4, "little")
    archive.write_bytes(archive.read_bytes().replace(size, false))
    refused(archive, output, "is not a complete zip archive .* run again")


@pytest.mark.parametrize("cut", [10, 200])
def test_an_archive_cut_short_is_refused(pack, archive, output, cut):
    pack(("fan/a.wav", bytes(range(256)) * 8))
    archive.write_bytes(archive.read_bytes()[:-cut])
    refused(archive, output, "is not a complete zip archive .*: delete it and run again")


def test_a_damaged_member_leaves_nothing(pack, archive, output):
    pack(("fan/a.wav", b"sound"), ("fan/b.wav", bytes(range(256)) * 8))
    data = bytearray(archive.read_bytes())
    data[data.index(b"fan/b.wav") + 60] ^= 0xFF
    archive.write_bytes(data)
    refused(archive, output, "is not a complete zip archive")


def test_a_file_that_is_no_archive_is_refused(archive, output):
    archive.parent.mkdir()
    archive.write_text("<html>Please log in</html>")
    refused(archive, output, "is not a complete zip archive")


def test_a_disk_that_is_too_small_is_named(pack, archive, output, monkeypatch):
    pack(("fan/a.wav", bytes(1000)))
    usage = unpack.shutil.disk_usage(archive.parent)._replace(free=999)
    monkeypatch.setattr(unpack.shutil, "disk_usage", lambda folder: usage)
    refused(archive, output, "needs 1000 more bytes to unpack, 999 are free: make room and run again")


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(pack, archive, output, monkeypatch):
    pack(("fan/a.wav", bytes(1000)), ("fan/b.wav", bytes(1000)))
    whole = unpack.shutil.disk_usage(archive.parent)
    free = iter([5000, 3000, 999])
    monkeypatch.setattr(unpack.shutil, "disk_usage", lambda folder: whole._replace(free=next(free)))
    refused(archive, output, "999 are free")


def test_weights_are_unpacked(tmp_path):
    packed, output = tmp_path / "w.h5.gz", tmp_path / "out" / "w.h5"
    packed.write_bytes(gzip.compress(b"weights"))
    unpack_gzip(packed, output)
    assert output.read_bytes() == b"weights"


def test_weights_that_are_damaged_or_a_bomb_are_refused(tmp_path):
    packed, output = tmp_path / "w.h5.gz", tmp_path / "out" / "w.h5"
    for content, match in (
        (gzip.compress(bytes(range(256)) * 9)[:-9], "is not a complete gzip file"),
        (b"<html>", "is not a complete gzip file"),
        (zeros(unpack.HARMLESS + 1), f"unpacks to more than {unpack.HARMLESS} bytes: do not trust it"),
    ):
        packed.write_bytes(content)
        with pytest.raises(UserError, match=match):
            unpack_gzip(packed, output)
        assert files_below(tmp_path) == ["w.h5.gz"]


def zeros(count: int) -> bytes:
    """Return gzipped zero bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=zlib.Z_BEST_SPEED) as file:
        file.write(bytes(count))
    return packed.getvalue()
