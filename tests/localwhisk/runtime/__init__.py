"""Tests of the action runtime, with real processes."""
