"""Keras layers, on any backend."""
