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
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left}"
    "td.n{text-align:right}pre{background:#f6f8fb;padding:1rem;overflow:auto}"
    ".stand-in{background:#fff4d6;border-left:4px solid #e0a800;padding:.5rem 1rem}"
)


def methods_page(
    config: Mapping[str, Any],
    clips: Sequence[pd.DataFrame],
    paragraphs: Sequence[tuple[str, str]],
    references: Sequence[Mapping[str, str]],
    stand_ins: Sequence[str],
) -> str:
    """Return the methods page as HTML.

    Parameters
    ----------
    config : mapping
        The complete config of the study.
    clips : sequence of DataFrame
        The clip table of each corpus.
    paragraphs : sequence of (str, str)
        Heading and text of each paragraph about the methods.
    references : sequence of mapping
        title, licence and citation of what the study downloads.
    stand_ins : sequence of str
        Sentences that describe the stand-ins in this study.
    """
    notes = "".join(f'<p class="stand-in">Stand-in: {escape(note)}.</p>' for note in stand_ins)
    software = [("python", python_version()), *((name, version(name)) for name in SOFTWARE)]
    cited = pd.DataFrame(references, columns=["title", "licence", "citation"]).rename(columns={"title": "corpus"})
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Methods</title>',
            f"<style>{STYLE}</style></head>",
            f"<body><h1>Methods of the study “{escape(str(config['study']))}”</h1>",
            notes,
            *(f"<p><b>{escape(heading)}.</b> {escape(text, quote=False)}</p>" for heading, text in paragraphs),
            "<h2>Clips</h2>",
            count_clips(pd.concat(clips)).to_html(index=False, border=0),
            "<h2>Licences and citations</h2>",
            cited.to_html(index=False, border=0),
            "<h2>Software</h2>",
            pd.DataFrame(software, columns=["package", "version"]).to_html(index=False, border=0),
            "<h2>Parameters</h2>",
            f"<pre>{escape(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True))}</pre>",
            "</body></html>",
        ]
    )


def count_clips(clips: pd.DataFrame) -> pd.DataFrame:
    """Count the clips of each corpus, machine, part, split, domain and label."""
    keys = ["corpus", "machine", "part", "split", "domain", "label"]
    return clips.groupby(keys).size().rename("clips").reset_index()
