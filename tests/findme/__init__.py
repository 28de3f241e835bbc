"""Tests of findme."""
