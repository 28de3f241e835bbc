"""The one-machine assembly behind `make run` and `make demo`."""
