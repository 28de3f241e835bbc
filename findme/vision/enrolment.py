"""Whether a photo of oneself can serve as a reference: one bad reference matches strangers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from findme.errors import PictureError
from findme.vision.compare import SAME_PERSON, distances
from findme.vision.engine import Box, Engine

# Measured on the five people's pictures of tests/vision, scaled down: against the full-size photo,
# the encoding of a face 60 pixels high moves by at most 0.20, of 40 by 0.27 and of 32 by 0.43,
# which leaves little of the 0.6 that a match may differ by.
_LEAST_HEIGHT = 60
# Below this the detector finds folds of cloth as often as faces: in the same pictures, turned by
# up to 20 degrees, false alarms scored at most 0.15 and faces of 60 pixels at least 0.5.
_SURE_SCORE = 0.2

_REMEDIES = {
    "no_face": "No face was found: use a photo that shows your face from the front, well lit.",
    "several_faces": "There are several faces: use a photo of you alone, or cut the others off.",
    "too_small": f"Your face is less than {_LEAST_HEIGHT} pixels high: use a larger or closer one.",
    "unlike_others": "This face is not like that in your other photos: use a photo of yourself.",
}


@dataclass(frozen=True, eq=False)
class Reference:
    """An accepted photo's face: its box as Face has it, and its encoding, float32 (128,)."""

    box: Box
    encoding: NDArray[np.float32]


@dataclass(frozen=True)
class Refusal:
    """`code` is stable, `message` a sentence for the person that says what to do."""

    code: str
    message: str


def examine(engine: Engine, data: bytes, known: NDArray[np.float32]) -> Reference | Refusal:
    """Judge the photo in `data` as a reference beside the earlier ones, `known` (n, 128)."""
    try:
        faces = [face for face in engine.faces(data) if face.score >= _SURE_SCORE]
    except PictureError as error:
        return Refusal(error.code, error.message)
    if len(faces) != 1:
        return _refused("several_faces" if faces else "no_face")
    face = faces[0]
    _, top, _, bottom = face.box
    if bottom - top < _LEAST_HEIGHT:
        return _refused("too_small")
    if len(known) and distances(known, face.encoding).min() >= SAME_PERSON:
        return _refused("unlike_others")
    return Reference(face.box, face.encoding)


def _refused(code: str) -> Refusal:
    return Refusal(code, _REMEDIES[code])
