"""Clips that were left out or kept with a warning."""
