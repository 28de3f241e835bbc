"""`python -m bench.faces`: our engine beside plain dlib, called as face_recognition calls it.

Photos: heads cut from the allowed pictures, pasted at known places into pictures without a face.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import dlib
import numpy as np
from PIL import Image

from findme.vision import load_engine
from findme.vision.engine import Box
from local import data

_PEOPLE = ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "astronaut.png")
_PLACES = ("coffee.png", "chelsea.png")
_WIDTHS = (640, 1024, 1600)
_HEIGHTS = (28, 36, 48, 64)
_REPEATS = 7
_REPORT = data.ROOT / ".run" / "bench" / "faces.json"

# What ours must hold: milliseconds at most, and the part of faces found at least.
_MOST_MS = {640: 200.0, 1600: 800.0}
_LEAST_RECALL = {36: 0.95, 48: 0.98, 64: 0.98}

Find = Callable[[bytes], Sequence[Box]]


@dataclass(frozen=True)
class Head:
    """A head with room around it; `box` is the face's in it."""

    image: Image.Image
    box: Box

    def scene(self, height: int, place: Image.Image, at: random.Random) -> tuple[bytes, Box]:
        """A photo of `place` with the face `height` pixels high somewhere, and its box there."""
        scale = height / (self.box[3] - self.box[1])
        side = round(self.image.width * scale)
        left, top = at.randrange(place.width - side), at.randrange(place.height - side)
        photo = place.copy()
        photo.paste(self.image.resize((side, side), Image.Resampling.LANCZOS), (left, top))
        offset = np.array((left, top, left, top))
        box = tuple(np.rint(np.array(self.box) * scale + offset).astype(int).tolist())
        return _jpeg(photo), box


def main() -> None:
    data.ensure()
    finders: dict[str, Find] = {"findme": _ours(), "face_recognition": _peer()}
    heads = [_head(name) for name in _PEOPLE]
    results: dict[str, dict[str, Any]] = {}
    for width in _WIDTHS:
        for name, value in _milliseconds(finders, heads[1], width).items():
            bar = _MOST_MS.get(width) if name == "findme" else None
            results[f"{name}_{width}_px"] = _figure(value, "ms", bar, bar is None or value <= bar)
    for height in _HEIGHTS:
        for name, value in _recall(finders, heads, height).items():
            bar = _LEAST_RECALL.get(height) if name == "findme" else None
            ok = bar is None or value >= bar
            results[f"{name}_recall_{height}_px"] = _figure(value, "", bar, ok)
    _print(finders, results)
    _REPORT.parent.mkdir(parents=True, exist_ok=True)
    _REPORT.write_text(json.dumps(results, indent=1))


def _ours() -> Find:
    engine = load_engine()
    return lambda photo: [face.box for face in engine.faces(photo)]


def _peer() -> Find:
    """face_recognition 1.3.0 `face_encodings(load_image_file(…))`, without its import."""
    package = find_spec("face_recognition_models")
    assert package is not None
    assert package.submodule_search_locations is not None
    models = Path(package.submodule_search_locations[0]) / "models"
    detector = dlib.get_frontal_face_detector()
    predictor = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
    encoder = dlib.face_recognition_model_v1(
        str(models / "dlib_face_recognition_resnet_model_v1.dat")
    )

    def find(photo: bytes) -> list[Box]:
        pixels = np.array(Image.open(BytesIO(photo)).convert("RGB"))
        found = detector(pixels, 1)
        for face in found:
            encoder.compute_face_descriptor(pixels, predictor(pixels, face), 1)
        return [(face.left(), face.top(), face.right() + 1, face.bottom() + 1) for face in found]

    return find


def _head(name: str) -> Head:
    content = (data.PHOTOS / name).read_bytes()
    (face,) = load_engine().faces(content)
    left, top, right, bottom = face.box
    margin = (bottom - top) // 2
    image = Image.open(BytesIO(content)).convert("RGB")
    head = image.crop((left - margin, top - margin, right + margin, bottom + margin))
    return Head(head, (margin, margin, margin + right - left, margin + bottom - top))


def _milliseconds(finders: dict[str, Find], head: Head, width: int) -> dict[str, float]:
    photo, _ = head.scene(width // 6, _place(_PLACES[0], width), random.Random(width))
    times: dict[str, list[float]] = {name: [] for name in finders}
    for _ in range(_REPEATS):
        for name, find in finders.items():  # in turn, so that a busy machine slows each alike
            times[name].append(_timed(find, photo))
    return {name: round(statistics.median(taken) * 1000) for name, taken in times.items()}


def _timed(find: Find, photo: bytes) -> float:
    started = time.perf_counter()
    find(photo)
    return time.perf_counter() - started


def _recall(finders: dict[str, Find], heads: Sequence[Head], height: int) -> dict[str, float]:
    scenes = list(_scenes(heads, height))
    return {
        name: sum(any(_overlap(box, face) for box in find(photo)) for photo, face in scenes)
        / len(scenes)
        for name, find in finders.items()
    }


def _scenes(heads: Sequence[Head], height: int) -> Iterator[tuple[bytes, Box]]:
    at = random.Random(height)
    for place in _PLACES:
        for head in heads:
            for _ in range(2):
                yield head.scene(height, _place(place, 640), at)


def _place(name: str, width: int) -> Image.Image:
    return Image.open(data.PHOTOS / name).convert("RGB").resize((width, width * 2 // 3))


def _overlap(first: Box, second: Box) -> bool:
    """Whether the intersection is more than 0.4 of the union: dlib's boxes come in coarse steps."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(width, 0) * max(height, 0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return shared > 0.4 * (areas - shared)


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _figure(value: float, unit: str, bar: float | None, ok: bool) -> dict[str, Any]:
    return {"value": value, "unit": unit, "bar": bar, "ok": ok}


def _print(finders: dict[str, Find], results: dict[str, dict[str, Any]]) -> None:
    columns = [f"{width}_px" for width in _WIDTHS] + [f"recall_{size}_px" for size in _HEIGHTS]
    print(f"{'':<18}" + "".join(f"{column.replace('_', ' '):>14}" for column in columns))
    for name in finders:
        cells = (results[f"{name}_{column}"] for column in columns)
        print(f"{name:<18}" + "".join(f"{cell['value']:>11} {cell['unit']:<2}" for cell in cells))


if __name__ == "__main__":
    main()
