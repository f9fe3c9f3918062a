"""An example of a figure."""
