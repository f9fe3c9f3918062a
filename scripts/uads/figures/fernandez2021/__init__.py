"""The figures of Fernandez and Plumbley (2021)."""
