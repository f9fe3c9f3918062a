"""Audio, the clip table, feature stores, stacks and samples."""
