"""The score sets that docs/detectors.md compares over several seeds."""

BASELINES, ENSEMBLE = ["autoencoder", "mobilenetv2"], "adacos"
DETECTORS = [*BASELINES, ENSEMBLE, "adacos_density"]
