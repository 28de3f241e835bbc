import numpy as np
import pytest
from numpy.typing import NDArray

from findme.vision import Engine
from findme.vision.compare import BANDS, best_match, distances
from tests.vision.pictures import encoded, opened, photo

NOBODY = np.empty((0, 128), np.float32)


@pytest.fixture(scope="module")
def known(engine: Engine) -> NDArray[np.float32]:
    names = ("obama.jpg", "obama2.jpg")
    return np.stack([engine.faces(photo(name))[0].encoding for name in names])


def test_distances_are_euclidean(known: NDArray[np.float32]) -> None:
    found = distances(known, known[1])
    assert found.shape == (2,)
    assert found[1] == 0
    assert found[0] == pytest.approx(sum((known[0] - known[1]) ** 2) ** 0.5, rel=1e-5)


def test_nearest_reference_counts(engine: Engine, known: NDArray[np.float32]) -> None:
    faces = engine.faces(photo("obama2.jpg"))
    match = best_match(known, faces)
    assert match is not None
    assert (match.distance, match.band, match.box) == (0, "likely", faces[0].box)


def test_the_person_is_found_once_in_a_group(engine: Engine, known: NDArray[np.float32]) -> None:
    page = opened("astronaut.png", 500).crop((0, 0, 1500, 500))
    page.paste(opened("obama3.jpg", 900).crop((150, 50, 650, 550)), (500, 0))
    page.paste(opened("obama.jpg", 500), (1050, 0))  # the nearer of the two
    faces = engine.faces(encoded(page))
    match = best_match(known, faces)
    assert len(faces) == 3
    assert match is not None
    assert match.box[0] > 1050
    assert match.distance < 0.2


@pytest.mark.parametrize("name", ["biden.jpg", "astronaut.png", "coffee.png"])
def test_others_and_no_face_do_not_match(
    engine: Engine, known: NDArray[np.float32], name: str
) -> None:
    assert best_match(known, engine.faces(photo(name))) is None


def test_nobody_is_known(engine: Engine) -> None:
    assert best_match(NOBODY, engine.faces(photo("obama.jpg"))) is None


def test_band_ends_below_its_distance(engine: Engine, known: NDArray[np.float32]) -> None:
    (below, band), *_ = BANDS
    face = engine.faces(photo("obama2.jpg"))[0]
    step = np.zeros(128, np.float32)
    for offset, expected in ((below - 0.001, band), (below + 0.001, None)):
        step[0] = offset
        match = best_match(face.encoding[None] + step, [face])
        assert (match.band if match else None) == expected
