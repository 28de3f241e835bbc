"""Between the domain, which knows bytes, and vision, which knows arrays."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from findme.enrol import Examine, Face
from findme.errors import PictureError
from findme.jobs import Result
from findme.subjects import Subjects
from findme.vision.compare import best_match
from findme.vision.engine import Engine
from findme.vision.enrolment import Refusal, examine

_STORED = np.dtype("<f4")


def reference_face(engine: Engine) -> Examine:
    """What `findme.enrol` looks at a photo with."""

    def judge(data: bytes, known: Sequence[bytes]) -> Face:
        judged = examine(engine, data, _array(known))
        if isinstance(judged, Refusal):
            raise PictureError(judged.code, judged.message)
        return Face(judged.box, judged.encoding.astype(_STORED).tobytes())

    return judge


def photo_examiner(
    engine: Engine, subjects: Subjects
) -> Callable[[str], Callable[[bytes], Result] | None]:
    """What `findme.matching` looks at photos with, for the subject it names."""

    def examiner(subject: str) -> Callable[[bytes], Result] | None:
        known = subjects.encodings(subject, engine.model)
        if not known:
            return None
        references = _array(known)
        return lambda data: _result(engine, references, data)

    return examiner


def _result(engine: Engine, references: NDArray[np.float32], data: bytes) -> Result:
    faces = engine.faces(data)
    if not faces:
        return Result("no_face")
    match = best_match(references, faces)
    if match is None:
        return Result("no_match")
    distance = round(match.distance, 4)
    return Result("matched", {"distance": distance, "band": match.band, "box": list(match.box)})


def _array(encodings: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored encodings as (n, 128)."""
    return np.frombuffer(b"".join(encodings), dtype=_STORED).reshape(-1, 128)
