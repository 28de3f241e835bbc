import pytest
import redis

from findme.subjects import Subjects, subject_of
from tests.conftest import Clock

MODEL = "model@1"


@pytest.fixture
def subjects(store: redis.Redis, clock: Clock) -> Subjects:
    return Subjects(store, clock)


def add(subjects: Subjects, subject: str, reference: str, model: str = MODEL) -> None:
    references = {reference: ({"name": "me.jpg"}, reference[0].encode() * 512)}
    subjects.add_references(subject, "2026", model, references, keep_s=3600)


def test_encodings_are_read_only_by_the_model_that_made_them(subjects: Subjects) -> None:
    add(subjects, "ada", "a")
    add(subjects, "ada", "b", model="other@1")
    assert subjects.encodings("ada", MODEL) == [b"a" * 512]
    assert subjects.encodings("ada", "model@2") == []
    assert subjects.encodings("grace", MODEL) == []


def test_the_same_reference_twice_is_one(subjects: Subjects) -> None:
    add(subjects, "ada", "a")
    add(subjects, "ada", "a")
    assert subjects.held("ada")[0] == 1


def test_everything_of_a_person_expires_together(subjects: Subjects, store: redis.Redis) -> None:
    add(subjects, "ada", "a")
    assert len(store.keys("*")) == 3
    assert all(3500 < store.ttl(key) <= 3600 for key in store.keys("*"))


def test_an_upload_is_read_once_and_only_by_its_owner(subjects: Subjects) -> None:
    ticket = subjects.keep_upload("ada", b"photo")
    assert subjects.take_upload("grace", ticket) is None
    assert subjects.take_upload("ada", ticket) == b"photo"
    assert subjects.take_upload("ada", ticket) is None


def test_forgetting_deletes_one_person_whole_and_counts(
    subjects: Subjects, store: redis.Redis
) -> None:
    add(subjects, "ada", "a")
    add(subjects, "ada", "b")
    subjects.keep_upload("ada", b"photo")
    add(subjects, "grace", "g")
    assert subjects.forget("ada") == {"consents": 1, "references": 2, "encodings": 2}
    assert subjects.encodings("grace", MODEL)
    assert not [key for key in store.keys("*") if b"ada" in key]


def test_a_wrong_encoding_is_not_kept(subjects: Subjects, store: redis.Redis) -> None:
    with pytest.raises(ValueError, match="512 bytes"):
        subjects.add_references("ada", "2026", MODEL, {"a": ({}, b"short")}, keep_s=60)
    assert store.keys("*") == []


def test_one_name_at_two_issuers_is_two_people() -> None:
    assert subject_of("https://one", "ada") != subject_of("https://two", "ada")
    assert subject_of("https://one", "ada") == subject_of("https://one", "ada")
