import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dlib
import numpy as np
import pytest

from findme.vision import Engine, Face, load_engine
from findme.vision.decode import decode
from tests.vision.pictures import encoded, held, opened, photo

ME = ["obama.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg", "obama_partial_face2.jpg"]
OTHERS = ["biden.jpg", "astronaut.png"]


def one(engine: Engine, data: bytes) -> Face:
    (face,) = engine.faces(data)
    return face


def distance(first: Face, second: Face) -> float:
    return float(np.linalg.norm(first.encoding - second.encoding))


@pytest.fixture(scope="module")
def people(engine: Engine) -> dict[str, Face]:
    return {name: one(engine, photo(name)) for name in ME + OTHERS}


def test_loaded_once_and_named_with_its_version() -> None:
    assert load_engine() is load_engine()
    assert load_engine().model == "dlib-resnet-v1@face_recognition_models-0.3.0"


def test_import_reads_no_weights() -> None:
    program = (
        "import sys, findme.vision.enrolment\n"
        "assert 'face_recognition_models' not in sys.modules\n"
        "assert findme.vision.engine.load_engine.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", ["obama.jpg", "obama3.jpg", "biden.jpg", "astronaut.png"])
def test_encoding_is_that_of_dlib_for_the_same_chip(people: dict[str, Face], name: str) -> None:
    spec = importlib.util.find_spec("face_recognition_models")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    models = Path(spec.submodule_search_locations[0]) / "models"
    predictor = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
    encoder = dlib.face_recognition_model_v1(
        str(models / "dlib_face_recognition_resnet_model_v1.dat")
    )
    pixels = decode(photo(name))
    left, top, right, bottom = people[name].box
    landmarks = predictor(pixels, dlib.rectangle(left, top, right - 1, bottom - 1))
    expected = np.array(encoder.compute_face_descriptor(dlib.get_face_chip(pixels, landmarks)))
    assert people[name].encoding.dtype == np.float32
    assert np.linalg.norm(people[name].encoding - expected) < 1e-5


@pytest.mark.parametrize("first", ME)
def test_the_same_person_is_near_and_others_are_far(people: dict[str, Face], first: str) -> None:
    same = [distance(people[first], people[second]) for second in ME if second != first]
    other = [distance(people[first], people[second]) for second in OTHERS]
    assert max(same) < 0.5 < 0.6 < 0.75 < min(other)


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png"])
def test_no_face(engine: Engine, name: str) -> None:
    assert engine.faces(photo(name)) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (30_000, 1), (30_000, 60), (60, 30_000)])
def test_odd_sizes_have_no_face(engine: Engine, size: tuple[int, int]) -> None:
    assert engine.faces(encoded(opened("coffee.png").resize(size))) == []


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_are_those_of_the_upright_picture(engine: Engine, orientation: int) -> None:
    picture = opened("obama2.jpg", 600)
    upright = one(engine, encoded(picture))
    turned = one(engine, held(picture, orientation, "PNG"))
    assert turned.box == upright.box
    assert distance(turned, upright) == 0


def test_box_of_a_large_photo_is_in_its_own_pixels(engine: Engine, people: dict[str, Face]) -> None:
    photo_of_16_million = opened("obama.jpg", 1137 * 4)
    face = one(engine, encoded(photo_of_16_million, "JPEG", quality=90))
    expected = np.array(people["obama.jpg"].box) * 4
    assert np.abs(np.array(face.box) - expected).max() < 0.2 * (expected[3] - expected[1])
    assert distance(face, people["obama.jpg"]) < 0.2


def test_box_is_clipped_to_the_picture(people: dict[str, Face]) -> None:
    assert people["obama_partial_face.jpg"].box[0] == 0
    assert people["obama_partial_face2.jpg"].box[2] == opened("obama_partial_face2.jpg").width


@pytest.mark.parametrize("width", [640, 1024, 1600])
@pytest.mark.parametrize("name", ["obama.jpg", "biden.jpg"])
def test_faces_from_36_pixels_are_found_and_recognised(
    engine: Engine, people: dict[str, Face], name: str, width: int
) -> None:
    left, top, right, bottom = people[name].box
    margin = (bottom - top) // 2
    head = opened(name).crop((left - margin, top - margin, right + margin, bottom + margin))
    side = round(36 * head.height / (bottom - top))
    scene = opened("coffee.png").resize((width, width * 2 // 3))
    scene.paste(head.resize((side, side)), (width // 2, width // 4))
    face = one(engine, encoded(scene, "JPEG", quality=92))
    centre = width // 2 + side / 2, width // 4 + side / 2
    assert abs((face.box[0] + face.box[2]) / 2 - centre[0]) < 12
    assert abs((face.box[1] + face.box[3]) / 2 - centre[1]) < 12
    assert 26 < face.box[3] - face.box[1] < 52
    assert distance(face, people[name]) < 0.45


def test_every_face_of_a_group(engine: Engine, people: dict[str, Face]) -> None:
    group = opened("astronaut.png", 600)
    page = group.crop((0, 0, 1100, 600))
    page.paste(opened("obama.jpg", 600), (610, 0))
    faces = engine.faces(encoded(page))
    assert len(faces) == 2
    assert [face.score for face in faces] == sorted((f.score for f in faces), reverse=True)
    for name in ("astronaut.png", "obama.jpg"):
        assert min(distance(face, people[name]) for face in faces) < 0.3


def test_threads_share_an_engine(engine: Engine) -> None:
    files = [encoded(opened(name, 400)) for name in ("obama.jpg", "astronaut.png", "coffee.png")]
    alone = [[face.encoding.tobytes() for face in engine.faces(file)] for file in files] * 3
    with ThreadPoolExecutor(4) as pool:
        together = [
            [face.encoding.tobytes() for face in faces]
            for faces in pool.map(engine.faces, files * 3)
        ]
    assert together == alone
