"""Faces in pictures: decode, detect, encode, compare. The only rooms that load dlib and Pillow."""

from findme.vision.engine import Engine, Face, load_engine

__all__ = ["Engine", "Face", "load_engine"]
