"""Benchmarks: figures and ratios, never a test's pass or fail."""
