"""External corpora that can be downloaded: one module per corpus."""
