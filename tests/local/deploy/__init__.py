"""Tests of the deployer."""
