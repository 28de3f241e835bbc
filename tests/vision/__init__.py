"""Decoding, finding, encoding and comparing faces: on real photos only."""
