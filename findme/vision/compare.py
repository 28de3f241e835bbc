"""Whose face it is: arithmetic on encodings, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from findme.vision.engine import Box, Face

# Distance below which -> band, nearest first. 0.6 comes from dlib's face recognition example
# (dnn_face_recognition_ex.cpp): the network was trained so that two pictures of one person lie
# nearer than 0.6, which is right for 99.38 % of the pairs of Labeled Faces in the Wild. The issue
# "faces" measures finer bands, tied to false-match rates.
BANDS = ((0.6, "likely"),)
SAME_PERSON = BANDS[-1][0]


@dataclass(frozen=True)
class Match:
    """`distance` is Euclidean, to the nearest reference; `box` is the face's, as Face has it."""

    distance: float
    band: str
    box: Box


def distances(known: NDArray[np.float32], encoding: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean distances of `encoding` (128,) to each of `known` (n, 128), as (n,)."""
    return np.asarray(np.linalg.norm(known - encoding, axis=1), dtype=np.float32)


def best_match(known: NDArray[np.float32], faces: Sequence[Face]) -> Match | None:
    """The face nearest to any reference of `known` (n, 128), if within a band.

    One at most: a person appears once in a photo.
    """
    if len(known) == 0 or not faces:
        return None
    nearest = [float(distances(known, face.encoding).min()) for face in faces]
    distance, face = min(zip(nearest, faces, strict=True), key=lambda pair: pair[0])
    band = next((name for below, name in BANDS if distance < below), None)
    return None if band is None else Match(distance, band, face.box)
