"""Numbers on samples and UMAPs: one module per measure."""
