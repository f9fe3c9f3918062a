"""The mean level of a clip as its score."""
