"""Figures: dual plots of UMAPs in ``dual``, and one folder for each other figure and each paper."""
