"""Headers of audio files, which declare how much sound follows.

libsndfile reads a truncated file as a valid shorter one. The index therefore reads the headers itself, for the
formats that declare the number of bytes of sound, and compares.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: Size that means "not known yet": recordings that were not closed, and streams.
UNKNOWN = 0xFFFFFFFF
#: WAV codecs whose samples all take the same number of bytes: PCM, floats, A-law, mu-law.
PLAIN_CODECS = (1, 3, 6, 7)
EXTENSIBLE = 0xFFFE
#: GUID at the start of a Sony Wave64 file. The GUIDs of its chunks begin with the names of the WAV chunks.
WAVE64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"


@dataclass(frozen=True)
class Header:
    """Amount of sound that a header declares.

    Parameters
    ----------
    promised : int or None
        Declared bytes of sound; None if the header leaves them open.
    present : int
        Bytes of sound in the file, at most ``promised``.
    frame_bytes : int or None
        Bytes per sample of all channels, for WAV codecs with samples of constant size.
    ambiguous : str
        Contradiction in the header that programs resolve differently; "" if there is none.
    """

    promised: int | None
    present: int
    frame_bytes: int | None = None
    ambiguous: str = ""

    @property
    def frames(self) -> int | None:
        """Number of samples per channel in the file; None if ``frame_bytes`` is unknown."""
        return self.present // self.frame_bytes if self.frame_bytes else None


def read_header(file: BinaryIO) -> Header | None:
    """Read the header of a WAV (RIFF, RIFX, RF64, BW64), Wave64, AIFF, AU or CAF file.

    Parameters
    ----------
    file : binary file
        Opened for reading; its position changes.

    Returns
    -------
    Header or None
        None if the file has another format or no readable chunk of sound.
    """
    size = file.seek(0, 2)
    file.seek(0)
    start = file.read(24)
    kind = start[:4]
    if kind in (b"RIFF", b"RIFX", b"RF64", b"BW64") and start[8:12] == b"WAVE":
        return _wave(file, size, ">" if kind == b"RIFX" else "<", wide=kind in (b"RF64", b"BW64"))
    if kind == b"FORM" and start[8:12] in (b"AIFF", b"AIFC"):
        return _aiff(file, size)
    if kind in (b".snd", b"dns.") and len(start) >= 12:
        offset, promised = struct.unpack((">" if kind == b".snd" else "<") + "II", start[4:12])
        return _header(promised, size - offset)
    if kind == b"caff":
        return _caf(file, size)
    if start[:16] == WAVE64:
        return _wave64(file, size)
    return None


def ends_ogg(file: BinaryIO) -> bool:
    """Return True if the last page of an Ogg file is marked as the end of its stream."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 2 * 65307))  # twice the largest possible page
    tail = file.read()
    page = tail[tail.rfind(b"OggS\0") :]
    is_last = len(page) > 26 and bool(page[5] & 4)
    return is_last and len(page) >= 27 + page[26] + sum(page[27 : 27 + page[26]])


def _wave(file: BinaryIO, size: int, order: str, wide: bool) -> Header | None:
    codec = frame_bytes = 0
    ambiguous = ""
    long_size = None
    for name, place, length in _chunks(file, 12, size, order):
        if name == b"ds64" and wide:
            long_size = _field(file, place + 8, "<Q")
        elif name == b"fmt ":
            body = _read(file, place, min(length, 40))
            if len(body) < 16:
                return None
            codec, channels, _, _, frame_bytes, bits = struct.unpack(order + "HHIIHH", body[:16])
            if codec == EXTENSIBLE and len(body) >= 26:
                (codec,) = struct.unpack(order + "H", body[24:26])
            if codec in PLAIN_CODECS and not 0 < frame_bytes == channels * ((bits + 7) // 8):
                ambiguous = f"its header declares {frame_bytes} bytes for {channels} x {bits} bits"
        elif name == b"data":
            promised = long_size if long_size is not None and length == UNKNOWN else length
            open_end = _never_closed(file, order, promised, place, size)
            return _header(
                None if open_end else promised, size - place, frame_bytes * (codec in PLAIN_CODECS), ambiguous
            )
    return None


def _never_closed(file: BinaryIO, order: str, promised: int, place: int, size: int) -> bool:
    """Return True if a recorder left its sizes at zero although sound follows."""
    if promised == UNKNOWN:
        return True
    riff = _field(file, 4, order + "I")
    return promised == 0 and size > place and riff is not None and riff + 8 <= place - 8


def _aiff(file: BinaryIO, size: int) -> Header | None:
    for name, place, length in _chunks(file, 12, size, ">"):
        if name == b"SSND":
            skipped = _field(file, place, ">I") or 0
            return _header(max(0, length - 8 - skipped), size - place - 8 - skipped)
    return None


def _caf(file: BinaryIO, size: int) -> Header | None:
    place = 8
    while place < size and len(head := _read(file, place, 12)) == 12:
        (length,) = struct.unpack(">q", head[4:])
        if head[:4] == b"data":
            return _header(None if length < 0 else max(0, length - 4), size - place - 16)
        place += 12 + max(0, length)
    return None


def _wave64(file: BinaryIO, size: int) -> Header | None:
    place = 40
    while place < size and len(head := _read(file, place, 24)) == 24:
        (length,) = struct.unpack("<Q", head[16:])
        if head[:4] == b"data":
            return _header(max(0, length - 24), size - place - 24)
        place += max(24, (length + 7) // 8 * 8)
    return None


def _chunks(file: BinaryIO, place: int, size: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, position and length of each chunk of a RIFF-like file, without reading its content."""
    while len(head := _read(file, place, 8)) == 8:
        name, length = head[:4], struct.unpack(order + "I", head[4:])[0]
        if not all(32 <= letter < 127 for letter in name):
            return
        yield name, place + 8, length
        place += 8 + length
        if length % 2 and place < size and _read(file, place, 1) == b"\0":
            place += 1  # chunks start at even positions, but some writers omit the padding


def _header(promised: int | None, available: int, frame_bytes: int = 0, ambiguous: str = "") -> Header:
    if promised == UNKNOWN:
        promised = None
    available = max(0, available)
    present = available if promised is None else min(promised, available)
    return Header(promised, present, frame_bytes or None, ambiguous)


def _read(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _field(file: BinaryIO, place: int, layout: str) -> int | None:
    data = _read(file, place, struct.calcsize(layout))
    return struct.unpack(layout, data)[0] if len(data) == struct.calcsize(layout) else None
