"""IDMT-ISA-ELECTRIC-ENGINE."""

from uads.corpora.external.base import External
from uads.corpora.published import ClipCount, Reference

CORPUS = External(
    title="IDMT-ISA-EE",
    reference=Reference(
        "IDMT-ISA-ELECTRIC-ENGINE",
        "CC-BY-NC-ND-4.0",
        "S. Grollmisch et al., Sounding industry: challenges and datasets for industrial sound analysis, EUSIPCO 2019",
    ),
    counts=(ClipCount("", "external", "external", 2378, 1.07, source="counted; all variants", sample_rate=44100),),
    stand_in="write_engines",
    stand_in_count=lambda size: ClipCount(
        "", "external", "external", 6 * size.engine_clips, min(3.0, size.seconds), 44100
    ),
    patterns=("**/train_cut/*/*.wav", "**/test_cut/*/*.wav"),
)
