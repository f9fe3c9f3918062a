"""The methods page of a study: data, methods, parameters and software."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from platform import python_version
from typing import Any

import pandas as pd
import yaml

SOFTWARE = (
    "snakemake",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "h5py",
    "soundfile",
    "soxr",
    "librosa",
    "openl3",
    "kapre",
    "keras",
    "scikit-learn",
    "umap-learn",
    "pynndescent",
    "matplotlib",
)
METHODS = (
    "<b>Representations.</b> {channel} at 16 kHz. For the UMAP study their mean is removed and "
    "they are divided by their absolute maximum; log-STFT and log-mel frames are librosa's definitions, L3 frames are "
    "OpenL3 embeddings of one second of audio (Cramer et al., 2019).",
    "<b>Stacks and samples.</b> A stack is k consecutive frames of one clip. From every dataset split (machine, "
    "section, domain, training or test) a seeded random sample is drawn without replacement.",
    "<b>UMAPs.</b> The samples of one scope are projected jointly with umap-learn (McInnes and Healy, 2018) from a "
    "nearest-neighbour graph of the unprojected stacks, after Fernandez and Plumbley (2021).",
    "<b>Detectors.</b> Autoencoder and MobileNetV2 are the baselines of DCASE 2021 Task 2 (Kawaguchi et al., 2021). "
    "Sub-cluster AdaCos embeds log-mel spectrograms and scores them by Gaussian mixtures of training clips "
    "(Wilkinghoff, 2021); a control scores its embeddings by distances normalised with the local density of the "
    "training clips. The parameters “scores” and “detectors” below show which of them this study includes.",
    "<b>Scores.</b> AUC, and pAUC up to a false-positive rate of 0.1 with McClish's correction; means over machines, "
    "sections and domains are harmonic.",
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left}"
    "td.n{text-align:right}pre{background:#f6f8fb;padding:1rem;overflow:auto}"
    ".stand-in{background:#fff4d6;border-left:4px solid #e0a800;padding:.5rem 1rem}"
)


def methods_page(
    config: Mapping[str, Any], clips: Sequence[pd.DataFrame], corpora: pd.DataFrame, stand_ins: Sequence[str]
) -> str:
    """Return the methods page as HTML.

    Parameters
    ----------
    config : mapping
        The complete config of the study.
    clips : sequence of DataFrame
        The clip table of each corpus.
    corpora : DataFrame
        layout, corpus, licence and citation of every corpus that can be downloaded.
    stand_ins : sequence of str
        Sentences that describe the stand-ins in this study.
    """
    notes = "".join(f'<p class="stand-in">Stand-in: {escape(note)}.</p>' for note in stand_ins)
    software = [("python", python_version()), *((name, version(name)) for name in SOFTWARE)]
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Methods</title>',
            f"<style>{STYLE}</style></head>",
            f"<body><h1>Methods of the study “{escape(str(config['study']))}”</h1>",
            notes,
            *(f"<p>{paragraph.format(channel=channel_used(config))}</p>" for paragraph in METHODS),
            "<h2>Clips</h2>",
            count_clips(pd.concat(clips)).to_html(index=False, border=0),
            "<h2>Licences and citations</h2>",
            cited(config, corpora).to_html(index=False, border=0),
            "<h2>Software</h2>",
            pd.DataFrame(software, columns=["package", "version"]).to_html(index=False, border=0),
            "<h2>Parameters</h2>",
            f"<pre>{escape(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True))}</pre>",
            "</body></html>",
        ]
    )


def cited(config: Mapping[str, Any], corpora: pd.DataFrame) -> pd.DataFrame:
    """Return the corpora that the study downloads, and OpenL3's weights if it uses them."""
    used = {entry.get("layout") for entry in config["corpora"] if entry["source"] == "download"}
    kinds = {config["representations"][name]["kind"] for name in config["umaps"]["representations"]}
    used |= {"openl3"} if "l3" in kinds else set()
    return corpora[corpora["layout"].isin(used)].drop(columns="layout")


def channel_used(config: Mapping[str, Any]) -> str:
    """Describe which channel of the clips is used."""
    channel = config["audio"]["channel"]
    return "Clips are mixed to one channel" if channel == "mix" else f"Channel {channel} of the clips (from 0) is used"


def count_clips(clips: pd.DataFrame) -> pd.DataFrame:
    """Count the clips of each corpus, machine, part, split, domain and label."""
    keys = ["corpus", "machine", "part", "split", "domain", "label"]
    return clips.groupby(keys).size().rename("clips").reset_index()
