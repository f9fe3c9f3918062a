"""Miniatures of all archives that a study can download: real names and layout, a few clips of noise.

``build_site`` writes the files for a web server and returns the expected index of each corpus.
"""

import gzip
import hashlib
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import soundfile

from uads.core.seeds import derive_rng
from uads.corpora.dcase.years import YEARS
from uads.corpora.plant.layout import ATTRIBUTES

LABELS = ("normal", "anomaly")
DOMAINS = ("source", "target")
COLUMNS = ["clip", "machine", "section", "domain", "split", "label", "part", "attributes"]

#: Machines whose two lists of ground truth contradict each other in 2022.
CONTRADICTED = ("ToyCar", "ToyTrain")

#: Attributes of 2022 and 2023: name and value in the lists, then the name in file names if it differs.
PAIRS: dict[str, Sequence[Sequence[tuple[str, ...]]]] = {
    "bearing": [[("vel", "6"), ("loc", "A")], [("vel", "25"), ("loc", "B")]],
    "fan": [[("m-n", "W")], [("m-n", "Z")]],
    "gearbox": [[("volt", "1.0"), ("wt", "50")], [("volt", "1.5"), ("wt", "0")]],
    "slider": [[("vel", "300"), ("ac", "0.03")], [("vel", "1100"), ("ac", "0.10")]],
    "valve": [[("v1pat", "04")], [("v1pat", "04"), ("v2pat", "05")]],
    "ToyCar": [
        [("car", "A1"), ("speed", "28V", "spd"), ("mic", "1")],
        [("car", "E2"), ("speed", "40V", "spd"), ("mic", "2")],
    ],
    "ToyTrain": [
        [("car", "F2"), ("speed", "9", "spd"), ("noise", "6")],
        [("car", "G1"), ("speed", "10", "spd"), ("noise", "7")],
    ],
    "": [[("car", "A1"), ("spd", "Mb"), ("mic", "1")], [("car", "C2"), ("spd", "Lb"), ("mic", "2")]],
}


@dataclass(frozen=True)
class Amount:
    """Number and length of the generated clips.

    Parameters
    ----------
    train_source, train_target, test : int
        Clips per section; for `test` per section, domain and label.
    seconds : float
        Length of a clip.
    fragments, engine_clips : int
        Clips of AudioSet; clips of IDMT-ISA-ELECTRIC-ENGINE per class and split.
    top_folder : bool
        Whether the AudioSet archive has a folder at its top.
    """

    train_source: int = 2
    train_target: int = 1
    test: int = 1
    seconds: float = 0.25
    fragments: int = 3
    engine_clips: int = 1
    top_folder: bool = False


@dataclass(frozen=True)
class Clip:
    """One machine clip: its place in an archive and its true labels and attributes."""

    machine: str
    section: str
    domain: str
    split: str
    label: str
    part: str
    folder: str
    name: str
    attributes: str = ""
    listed: tuple[str, ...] = ()  # alternating names and values of attributes
    full_name: str = ""  # of a blind clip, as published later
    official: tuple[str, str] | None = None  # label and domain of a contradicting list

    @property
    def archive(self) -> str:
        """Return the part of the dataset table whose archive contains the clip."""
        if self.part == "development":
            return "development"
        return "additional" if self.split == "train" else "evaluation"

    def row(self, corpus: str, choice: str) -> list[str]:
        """Return the expected row of the clip table, in the order of :data:`COLUMNS`."""
        label, domain, attributes = self.label, self.domain, self.attributes
        if self.official and choice == "official":
            (label, domain), attributes = self.official, ""
        name = f"{corpus}/{self.machine}/{self.folder}/{self.name}"
        return [name, self.machine, self.section, domain, self.split, label, self.part, attributes]


@dataclass
class Site:
    """The files that were written and the expected index.

    Parameters
    ----------
    files : dict
        Address to size and digests: ``bytes``, ``md5``, ``sha256`` and ``git-blob``.
    clips : dict
        Corpus to the rows expected of its index (:data:`COLUMNS`), sorted by clip.
    by_attributes : dict
        The same for ``ground_truth: attributes``.
    empty : dict
        Corpus to clips without samples, which are not in ``clips``.
    """

    files: dict[str, dict[str, str]] = field(default_factory=dict)
    clips: dict[str, pd.DataFrame] = field(default_factory=dict)
    by_attributes: dict[str, pd.DataFrame] = field(default_factory=dict)
    empty: dict[str, list[str]] = field(default_factory=dict)


def build_site(
    folder: str | Path,
    datasets: Iterable[Mapping[str, str]],
    corpora: Collection[str],
    machines: Collection[str] = (),
    amount: Amount = Amount(),  # noqa: B008
    weights: bytes | None = None,
) -> Site:
    """Write every file of some corpora at the path part of its URL.

    Parameters
    ----------
    folder : path
        Root of the site.
    datasets : iterable of mapping
        Rows of the dataset table.
    corpora : collection of str
        Corpora of the table: dcase2020 to dcase2023, audioset, idmt, openl3.
    machines : collection of str
        Machines (default: all).
    amount : Amount
    weights : bytes, optional
        Content of every OpenL3 weight file: see :func:`make_weights`.
    """
    site, rows = Site(), [dict(row) for row in datasets if row["corpus"] in corpora]
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        own = [row for row in rows if row["corpus"] == corpus]
        if corpus in YEARS:
            chosen = [name for name in YEARS[corpus].machines if not machines or name in machines]
            files = _machine_files(corpus, own, chosen, amount, site)
        elif corpus == "openl3":
            files = ((row, weights) for row in own if weights is not None)
        else:
            files = ((row, _external(corpus, amount, site)) for row in own)
        for row, content in files:
            path = Path(folder, urlsplit(row["url"]).path.lstrip("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            site.files[row["url"]] = digests(content)
    return site


def digests(content: bytes) -> dict[str, str]:
    """Compute the size and the digests of a file, named as in the dataset table."""
    made = {name: hashlib.new(name, content).hexdigest() for name in ("md5", "sha256")}
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return {"bytes": str(len(content)), **made, "git-blob": blob}


def make_weights(path: str | Path, seed: int = 0, input_repr: str = "linear") -> bytes:
    """Build seeded weights of the OpenL3 audio network as gzipped legacy HDF5 (needs TensorFlow).

    Parameters
    ----------
    path : path
        Path of the unpacked file, which is kept for comparison.
    """
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format
    from openl3 import models

    keras.utils.set_random_seed(seed)
    network = models.AUDIO_MODELS[input_repr](include_frontend=True)
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, network)
    return gzip.compress(Path(path).read_bytes(), 1, mtime=0)


# ---- machines ----------------------------------------------------------------------------------


def _machine_files(
    corpus: str, rows: Sequence[dict[str, str]], machines: Sequence[str], amount: Amount, site: Site
) -> Iterator[tuple[dict[str, str], bytes]]:
    clips = [clip for machine in machines for clip in machine_clips(corpus, machine, amount)]
    for choice, tables in (("official", site.clips), ("attributes", site.by_attributes)):
        table = pd.DataFrame([clip.row(corpus, choice) for clip in clips], columns=COLUMNS)
        tables[corpus] = table.sort_values("clip", ignore_index=True)
    texts = ground_truth(corpus, clips)
    for row in rows:
        if row["machine"] not in ("", *machines):
            continue
        if row["part"] == "ground_truth":
            yield row, texts[row["file"]].encode()
        else:
            own = [clip for clip in clips if (clip.machine, clip.archive) == (row["machine"], row["part"])]
            yield row, machine_archive(corpus, own, amount.seconds)


def machine_clips(layout: str, machine: str, amount: Amount) -> Iterator[Clip]:
    """Yield the clips of one machine of one year, blind clips in shuffled order."""
    year = YEARS[layout]
    for section in year.sections(machine):
        part = str(year.part(machine, section))
        domains = DOMAINS if layout != "dcase2020" else DOMAINS[:1]
        for domain in domains:
            for number in range(amount.train_source if domain == "source" else amount.train_target):
                yield _clip(layout, machine, section, domain, "train", "normal", part, number)
        tests = [(domain, label, number) for domain in domains for label in LABELS for number in range(amount.test)]
        named = [_clip(layout, machine, section, domain, "test", label, part, n) for domain, label, n in tests]
        yield from named if part == "development" else _blinded(layout, named)


def _clip(layout: str, machine: str, section: str, domain: str, split: str, label: str, part: str, number: int) -> Clip:
    ending: str = ""
    listed: tuple[str, ...] = ()
    folder = split
    if layout == "dcase2020":
        name = f"{label}_id_{section}_{number:08d}.wav"
    else:
        if layout == "dcase2021":
            points = ATTRIBUTES[machine][section][DOMAINS.index(domain)]
            ending = points[number % len(points)] if split == "train" else ""
            folder = split if split == "train" else f"{domain}_test"
        else:
            pairs = PAIRS.get(machine, PAIRS[""])[DOMAINS.index(domain)]
            listed = tuple(text for pair in pairs for text in pair[:2])
            ending = "_".join(f"{pair[-1] if len(pair) > 2 else pair[0]}_{pair[1]}" for pair in pairs)
        name = f"section_{section}_{domain}_{split}_{label}_{number:04d}{'_' * bool(ending)}{ending}.wav"
    return Clip(machine, section, domain, split, label, part, folder, name, ending, listed)


def _blinded(layout: str, clips: Sequence[Clip]) -> Iterator[Clip]:
    """Remove labels (and domains, except in 2021) from the names."""
    order = derive_rng(0, "blind", layout, clips[0].machine, clips[0].section).permutation(len(clips))
    shuffled = [clips[index] for index in order]
    for place, clip in enumerate(shuffled):
        name = {
            "dcase2020": f"id_{clip.section}_{place:08d}.wav",
            "dcase2021": f"section_{clip.section}_{clip.domain}_test_{place:04d}.wav",
        }.get(layout, f"section_{clip.section}_{place:04d}.wav")
        official = None
        if layout == "dcase2022" and clip.machine in CONTRADICTED:
            other = shuffled[(place + 1) % len(shuffled)]
            official = (other.label, other.domain)
        fields = vars(clip) | {"name": name, "full_name": clip.name, "official": official}
        yield Clip(**fields)


def machine_archive(layout: str, clips: Sequence[Clip], seconds: float) -> bytes:
    """Build a zip archive of the clips of a machine, since 2022 with lists of attributes."""
    files = {
        f"{clip.machine}/{clip.folder}/{clip.name}": noise(clip.machine, clip.folder, clip.name, seconds=seconds)
        for clip in clips
    }
    for section in sorted({clip.section for clip in clips}):
        own = [clip for clip in clips if clip.section == section and not clip.full_name]
        if layout in ("dcase2022", "dcase2023") and own:
            most = max(len(clip.listed) for clip in own) // 2
            header = ["file_name", *(f"d{n}{kind}" for n in range(1, most + 1) for kind in "pv")]
            lines = [[f"{clip.machine}/{clip.folder}/{clip.name}", *clip.listed] for clip in own]
            text = "".join(",".join(line) + "\n" for line in [header, *lines])
            files[f"{own[0].machine}/attributes_{section}.csv"] = text.encode()
    return make_zip(files)


def ground_truth(layout: str, clips: Iterable[Clip]) -> dict[str, str]:
    """Return the lists published after the challenge, as local name to text."""
    blind = [clip for clip in clips if clip.full_name]
    texts: dict[str, str] = {}

    def add(file: str, line: str, header: str = "") -> None:
        texts[file] = texts.get(file, header) + line + "\n"

    if layout == "dcase2020":
        texts["eval_data_list.csv"] = ""
        for machine in dict.fromkeys(clip.machine for clip in blind):
            add("eval_data_list.csv", machine)
            for clip in (clip for clip in blind if clip.machine == machine):
                add("eval_data_list.csv", f"{clip.name},{clip.full_name},{LABELS.index(clip.label)}")
        return texts
    for clip in blind:
        machine, section = clip.machine, clip.section
        label, domain = clip.official or (clip.label, clip.domain)
        if layout == "dcase2021":
            name = f"ground_truth_data/ground_truth_{machine}_section_{section}_{domain}_test.csv"
            add(name, f"{clip.name},{LABELS.index(label)}")
            continue
        file = f"ground_truth_{machine}_section_{section}_test.csv"
        add(f"ground_truth_data/{file}", f"{clip.name},{LABELS.index(label)}")
        add(f"ground_truth_domain/{file}", f"{clip.name},{DOMAINS.index(domain)}")
        if layout == "dcase2023":
            add(f"ground_truth_attributes/{file}", f"{clip.name},{clip.full_name.removesuffix('.wav')}")
        else:
            cells = [f"{machine}/test/{clip.name}", *clip.listed, f"{machine}/test/{clip.full_name}"]
            header = "file_name,d1p,d1v,file_name_with_full_attributes\n"
            add(f"ground_truth_attributes/{machine}/attributes_{section}.csv", ",".join(cells), header)
    return texts


# ---- external corpora --------------------------------------------------------------------------


def _external(corpus: str, amount: Amount, site: Site) -> bytes:
    files = audioset_files(amount) if corpus == "audioset" else idmt_files(amount)
    root = "AudioSet_wav_fragments" if corpus == "audioset" else "IDMT-ISA-ELECTRIC-ENGINE"
    wanted = "_cut/" if corpus == "idmt" else "/" * amount.top_folder
    used = [name for name in files if name.endswith(".wav") and wanted in name and "__MACOSX" not in name]
    empty = [name for name in used if soundfile.info(io.BytesIO(files[name])).frames == 0]
    site.empty[corpus] = [f"{corpus}/{root}/{name}" for name in empty]
    rows = [
        [f"{corpus}/{root}/{name}", "", "", "", "external", "unknown", "external", str(Path(root, name).parent)]
        for name in used
        if name not in empty
    ]
    site.clips[corpus] = pd.DataFrame(rows, columns=COLUMNS).sort_values("clip", ignore_index=True)
    site.by_attributes[corpus] = site.clips[corpus]
    return make_zip(files)


def audioset_files(amount: Amount) -> dict[str, bytes]:
    """Return fragments, one of them empty, and a leftover of a file manager."""
    top = "AudioSet_wav_fragments/" * amount.top_folder
    files = {
        f"{top}fragment_{n:05d}.wav": noise("audioset", n, seconds=amount.seconds) for n in range(amount.fragments)
    }
    return files | {
        f"{top}empty.wav": noise("audioset", seconds=0),
        f"__MACOSX/{top}._fragment_00000.wav": b"\0\5\x16\7",
    }


def idmt_files(amount: Amount) -> dict[str, bytes]:
    """Return clips of one engine (44.1 kHz, several bit depths) and a description, without a top folder."""
    s, files = amount.seconds, {"IDMT_ISA_ELECTRIC_ENGINE_discription.pdf": b"%PDF-1.4\n"}
    for kind in ("engine1_good", "engine2_broken", "engine3_heavyload"):
        files[f"train/{kind}/pure.wav"] = noise("idmt", kind, "train", seconds=s, rate=44100, subtype="PCM_24")
        files[f"test/{kind}/stresstest.wav"] = noise("idmt", kind, "test", seconds=s, rate=44100, subtype="FLOAT")
        for n in range(amount.engine_clips):
            depth = {"engine2_broken": "PCM_24", "engine3_heavyload": "FLOAT"}.get(kind, "PCM_16")
            files[f"train_cut/{kind}/pure_{n}.wav"] = noise("idmt", kind, n, seconds=s, rate=44100)
            files[f"test_cut/{kind}/talking_1_{n}.wav"] = noise(
                "idmt", kind, -n - 1, seconds=s, rate=44100, subtype=depth
            )
    return files


def noise(*names: object, seconds: float, rate: int = 16000, subtype: str = "PCM_16") -> bytes:
    """Return a WAV file of noise that depends only on the names."""
    samples = 0.1 * derive_rng(0, "miniature", *names).standard_normal(round(seconds * rate))
    with io.BytesIO() as file:
        soundfile.write(file, np.clip(samples, -1, 1), rate, subtype=subtype, format="WAV")
        return file.getvalue()


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a reproducible zip archive."""
    with io.BytesIO() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for name, content in files.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return packed.getvalue()


def unpack_site(folder: str | Path, datasets: Iterable[Mapping[str, str]], corpus: str, target: str | Path) -> Path:
    """Unpack a corpus as the workflow does, to ``unpacked/<archive>`` and ``downloads/<file>`` below `target`."""
    for row in datasets:
        source = Path(folder, urlsplit(row["url"]).path.lstrip("/"))
        if row["corpus"] != corpus or not source.exists():
            continue
        if source.suffix == ".zip":
            with zipfile.ZipFile(source) as archive:
                archive.extractall(Path(target, "unpacked", source.stem))
        else:
            copy = Path(target, "downloads", row["file"])
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    return Path(target)
