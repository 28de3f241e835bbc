"""Faces of one picture: dlib's HOG detector, 5-point landmarks and ResNet encoder.

The pipeline is that of face_recognition's defaults, so that vectors agree with it; only the scale
at which faces are looked for is ours.
"""

import importlib.metadata
import importlib.util
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import dlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from findme.vision.decode import decode_within

Box = tuple[int, int, int, int]

# The detector's smallest face is about 72 pixels, so the picture is enlarged for it, as
# face_recognition does: twice finds every face of 36 pixels in bench/faces.
_ENLARGE = 2.0
# Detection takes about 50 ms a million pixels: this keeps a large photo under 0.5 s. One of
# 1600 by 1066 is enlarged twice, one of 3240 by 2160 not at all.
_MOST_PIXELS = 7_000_000

_PACKAGE = "face_recognition_models"


@dataclass(frozen=True, eq=False, slots=True)
class Face:
    """`box` is (left, top, right, bottom) in pixels of the upright original, right and bottom
    exclusive; `score` is the detector's, above 0; `encoding` is float32 (128,)."""

    box: Box
    score: float
    encoding: NDArray[np.float32]


class Engine:
    """Safe to share between threads: dlib's models keep scratch state, so one runs at a time."""

    def __init__(self, models: Path, model: str) -> None:
        self.model = model
        self._lock = Lock()
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
        self._encoder = dlib.face_recognition_model_v1(
            str(models / "dlib_face_recognition_resnet_model_v1.dat")
        )

    def faces(self, image: bytes) -> list[Face]:
        """Every face of the first picture in `image`, surest first; PictureError if unreadable."""
        picture = decode_within(image, _MOST_PIXELS)
        shrunk = picture.width / picture.pixels.shape[1]
        with self._lock:
            return [
                Face(
                    _clipped(rectangle, shrunk, picture.width, picture.height),
                    score,
                    self._encode(picture.pixels, rectangle),
                )
                for rectangle, score in self._detect(picture.pixels)
            ]

    def _detect(self, pixels: NDArray[np.uint8]) -> list[tuple[dlib.rectangle, float]]:
        height, width = pixels.shape[:2]
        scale = min(_ENLARGE, math.sqrt(_MOST_PIXELS / (width * height)))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        # HOG takes the strongest of the three colours' gradients; grey finds the same, a third
        # faster.
        grey = Image.fromarray(pixels).convert("L").resize(size, Image.Resampling.BILINEAR)
        rectangles, scores, _ = self._detector.run(np.asarray(grey), 0, 0.0)
        return [
            (_scaled(found, 1 / scale), score)
            for found, score in zip(rectangles, scores, strict=True)
        ]

    def _encode(self, pixels: NDArray[np.uint8], face: dlib.rectangle) -> NDArray[np.float32]:
        landmarks = self._landmarks(pixels, face)
        vector = self._encoder.compute_face_descriptor(pixels, landmarks)
        return np.asarray(vector, dtype=np.float32)


def _scaled(box: dlib.rectangle, factor: float) -> dlib.rectangle:
    edges = (box.left(), box.top(), box.right(), box.bottom())
    return dlib.rectangle(*(round(edge * factor) for edge in edges))


def _clipped(box: dlib.rectangle, factor: float, width: int, height: int) -> Box:
    left, right = (
        min(max(round(edge * factor), 0), width) for edge in (box.left(), box.right() + 1)
    )
    top, bottom = (
        min(max(round(edge * factor), 0), height) for edge in (box.top(), box.bottom() + 1)
    )
    return left, top, right, bottom


@cache
def load_engine() -> Engine:
    """The process's engine; the first call reads 32 MB of weights, which takes about 0.4 s."""
    package = importlib.util.find_spec(_PACKAGE)  # importing it would need pkg_resources
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(f"{_PACKAGE} is not installed: it holds the face models")
    version = importlib.metadata.version(_PACKAGE)
    models = Path(package.submodule_search_locations[0]) / "models"
    return Engine(models, f"dlib-resnet-v1@{_PACKAGE}-{version}")
