"""Tests of the embedded host; the folders mirror the tree."""
