import numpy as np
import pytest

from findme.vision import Engine
from findme.vision.enrolment import Reference, Refusal, examine
from tests.vision.pictures import encoded, opened, photo

NONE_YET = np.empty((0, 128), np.float32)


def group() -> bytes:
    page = opened("astronaut.png", 600).crop((0, 0, 1100, 600))
    page.paste(opened("obama.jpg", 600), (610, 0))
    return encoded(page)


def accepted(engine: Engine, name: str) -> Reference:
    result = examine(engine, photo(name), NONE_YET)
    assert isinstance(result, Reference)
    return result


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "biden.jpg", "astronaut.png"])
def test_good_photo_becomes_a_reference(engine: Engine, name: str) -> None:
    reference = accepted(engine, name)
    (face,) = engine.faces(photo(name))
    assert reference.box == face.box
    assert (reference.encoding == face.encoding).all()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (photo("coffee.png"), "no_face"),
        (group(), "several_faces"),
        (encoded(opened("obama.jpg", 200)), "too_small"),
        (photo("obama2.jpg")[:40_000], "broken_picture"),
        (b"%PDF-1.7", "not_a_picture"),
        (encoded(opened("obama.jpg", 200), "TIFF"), "unsupported_format"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused_with_a_remedy(engine: Engine, data: bytes, code: str) -> None:
    result = examine(engine, data, NONE_YET)
    assert isinstance(result, Refusal)
    assert result.code == code
    assert result.message.endswith(".")


def test_unlike_the_others(engine: Engine) -> None:
    known = accepted(engine, "obama.jpg").encoding[None]
    assert isinstance(examine(engine, photo("obama3.jpg"), known), Reference)
    result = examine(engine, photo("biden.jpg"), known)
    assert isinstance(result, Refusal)
    assert result.code == "unlike_others"


def test_like_one_of_the_others_is_enough(engine: Engine) -> None:
    known = np.stack([accepted(engine, name).encoding for name in ("biden.jpg", "obama.jpg")])
    assert isinstance(examine(engine, photo("obama2.jpg"), known), Reference)


def test_fold_of_cloth_is_not_a_second_person(engine: Engine) -> None:
    # At this size the detector also reports a part of the space suit, with a score of 0.1.
    data = encoded(opened("astronaut.png", 706), "JPEG", quality=85)
    assert isinstance(examine(engine, data, NONE_YET), Reference)
