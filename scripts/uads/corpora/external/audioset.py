"""AudioSet fragments."""

from uads.corpora.external.base import External
from uads.corpora.published import ClipCount, Reference

CORPUS = External(
    title="AudioSet",
    reference=Reference(
        "AudioSet fragments",
        "CC-BY-4.0",
        "J. F. Gemmeke et al., Audio Set, ICASSP 2017; "
        "A. Fernandez and M. D. Plumbley, Using UMAP to inspect audio data, DCASE 2021",
    ),
    counts=(ClipCount("", "external", "external", 39437, 10, source="counted; rate unknown"),),
    stand_in="write_fragments",
    stand_in_count=lambda size: ClipCount("", "external", "external", size.fragments, size.seconds),
)
