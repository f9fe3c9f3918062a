"""An example of a table."""
