"""Size, checksum and faults of each audio file, for the index."""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import soundfile

from uads.core.errors import UserError
from uads.core.files import find_files
from uads.corpora.headers import Header, ends_ogg, read_header
from uads.data.audio import lacks_channel, pick_channel

#: Samples decoded at a time, so that long files need no more memory than short ones.
BLOCK = 1 << 20
#: Largest plausible sample (32-bit integers stored as floats); the power of larger ones overflows.
LOUDEST = 2.0**31
#: Plausible sample rates in Hz; resampling from the rate in a damaged header could exhaust the memory.
RATES = (100, 10_000_000)


def find_audio(folder: str | Path, pattern: str = "**/*") -> list[Path]:
    """List the audio files below a folder, sorted by path.

    Hidden files (``.x.wav``, and the ``._x.wav`` that macOS adds to archives) are ignored.

    Raises
    ------
    UserError
        If the folder does not exist or contains no audio.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"the folder {folder} does not exist")
    endings = {f".{name.lower()}" for name in soundfile.available_formats()} | {".aif", ".oga"}
    audio = (path for path in find_files(folder, pattern) if path.suffix.lower() in endings and path.is_file())
    found = sorted(path for path in audio if not path.name.startswith("."))
    if not found:
        raise UserError(f"the folder {folder} contains no audio file ({pattern}): correct the path, or put some there")
    return found


def probe_files(paths: Iterable[str | Path], channel: str | int = "mix", threads: int | None = None) -> pd.DataFrame:
    """Decode audio files once, in parallel, and record what is wrong with them.

    Parameters
    ----------
    paths : iterable of path
    channel : "mix" or int, default "mix"
        Channel that will be used: see :class:`uads.data.audio.ReadingOptions`.
    threads : int, optional
        Number of files decoded in parallel.

    Returns
    -------
    DataFrame
        Columns path, sample_rate, length (samples per channel that can be decoded), checksum and
        findings (a list of reason and detail, see :data:`uads.corpora.exclusions.REASONS`); in the
        given order.
    """
    with ThreadPoolExecutor(threads) as pool:
        probes = list(pool.map(partial(probe, channel=channel), paths))
    return pd.DataFrame(
        {
            "path": [str(one.path) for one in probes],
            "sample_rate": [one.sample_rate for one in probes],
            "length": [one.length for one in probes],
            "checksum": [one.checksum for one in probes],
            "findings": pd.Series([one.findings for one in probes], dtype=object),
        }
    )


@dataclass
class Probe:
    """Result of probing one file."""

    path: str | Path
    sample_rate: int = 0
    length: int = 0
    checksum: str = ""
    findings: list[tuple[str, str]] = field(default_factory=list)

    def find(self, reason: str, detail: str = "") -> None:
        """Add a finding."""
        self.findings.append((reason, " ".join(detail.split())))


def probe(path: str | Path, channel: str | int = "mix") -> Probe:
    """Hash and decode a file, and compare it with its header."""
    found = Probe(path)
    try:
        with open(path, "rb") as file:
            found.checksum = hashlib.file_digest(file, "sha256").hexdigest()
            header = read_header(file)
            with soundfile.SoundFile(path) as sound:
                found.sample_rate = sound.samplerate
                levels = _decode(found, sound, channel)
                _compare(found, sound, header, file)
    except soundfile.LibsndfileError as error:
        at = f" after {found.length} samples" if found.length else ""
        found.findings = []
        found.find("unreadable", f"{error.error_string}{at}")
    except TypeError:  # soundfile cannot open raw samples without being given their format
        found.find("unreadable", "it has no header with sample rate and channels.")
    except OSError as error:
        found.find("unreadable", error.strerror or str(error))
    else:
        _judge_levels(found, levels)
    return found


def _decode(found: Probe, sound: soundfile.SoundFile, channel: str | int) -> tuple[float, float]:
    """Decode in blocks, count the samples, and return the lowest and highest one (NaN if any is NaN)."""
    if isinstance(channel, int) and channel >= sound.channels:
        found.find("unreadable", lacks_channel(sound.channels, channel))
        return 0.0, 0.0
    lowest, highest = np.inf, -np.inf
    while len(block := sound.read(max(1, BLOCK // sound.channels), dtype="float32", always_2d=True)):
        found.length += len(block)
        waveform = pick_channel(block, channel)
        lowest, highest = np.minimum(lowest, waveform.min()), np.maximum(highest, waveform.max())
    return float(lowest), float(highest)


def _compare(found: Probe, sound: soundfile.SoundFile, header: Header | None, file: BinaryIO) -> None:
    """Compare the decoded samples with the header, as read by libsndfile and by :func:`read_header`."""
    if any(reason == "unreadable" for reason, _ in found.findings):
        return
    if not RATES[0] <= sound.samplerate <= RATES[1]:
        found.find("unreadable", f"its header says {sound.samplerate} Hz, which is not a plausible sample rate.")
    elif sound.format in ("WAV", "WAVEX", "RF64") and header is None:
        found.find("unreadable", "it has no readable chunk of sound.")
    elif header is not None and header.ambiguous:
        found.find("unreadable", f"{header.ambiguous}, which programs read differently.")
    elif header is not None and header.promised is None:
        found.find("truncated", "its header does not say how much sound follows (a recording that was not closed?)")
    elif header is not None and header.frames not in (None, found.length):
        found.find("unreadable", f"libsndfile decodes {found.length} samples, but the file contains {header.frames}.")
    elif header is not None and header.promised is not None and header.present < header.promised:
        found.find("truncated", f"{header.present} of {header.promised} bytes of sound are present")
    elif found.length < sound.frames:
        found.find("truncated", f"{found.length} of {sound.frames} samples are present")
    elif sound.format == "OGG" and not ends_ogg(file):
        found.find("truncated", "its last page is missing")


def _judge_levels(found: Probe, levels: tuple[float, float]) -> None:
    """Add a finding if the clip is empty, not finite or silent."""
    if any(reason == "unreadable" for reason, _ in found.findings):
        return
    lowest, highest = levels
    if not found.length:
        found.find("empty")
    elif not np.isfinite(levels).all():
        found.find("non_finite", "NaN or infinity")
    elif max(-lowest, highest) > LOUDEST:
        found.find("non_finite", f"a sample of {max(-lowest, highest):.3g}, whose power overflows")
    elif lowest == highest:
        found.find("silent", "all samples are 0" if lowest == 0 else f"all samples are {lowest:.6g}")
