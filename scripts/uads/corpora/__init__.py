"""Corpora: the only part that knows file names. Each gives its rows of the clip table."""
