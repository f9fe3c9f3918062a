"""Corpora: the only package that knows file names. Each corpus is read into rows of the clip table."""
