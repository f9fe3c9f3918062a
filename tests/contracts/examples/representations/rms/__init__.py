"""The root mean square of short windows."""
