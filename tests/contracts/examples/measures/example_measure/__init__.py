"""An example of a measure."""
