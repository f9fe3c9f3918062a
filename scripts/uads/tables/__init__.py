"""Tables of the papers: one module per paper or table."""
