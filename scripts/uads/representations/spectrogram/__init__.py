"""Log-STFT and log-mel spectrograms."""
