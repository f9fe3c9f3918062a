"""Representations: named sets of parameters that turn clips into frames."""
