"""Distance to the nearest training clips of the section, on a representation pooled over time: no training."""
