"""Nearest neighbours, UMAPs and the position of low energies in them."""
