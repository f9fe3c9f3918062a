"""Figures of merit, comparisons with published values, submission files, statistics over seeds."""
