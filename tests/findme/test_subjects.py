import pytest
import redis

from findme.epochs import ForgottenError
from findme.subjects import Subjects, subject_of
from tests.conftest import Clock

MODEL = "model@1"


@pytest.fixture
def subjects(store: redis.Redis, clock: Clock) -> Subjects:
    return Subjects(store, clock)


def add(subjects: Subjects, subject: str, reference: str, model: str = MODEL) -> None:
    subjects.agree(subject, "2026", keep_s=3600)
    references = {reference: ({"name": "me.jpg"}, reference[0].encode() * 512)}
    subjects.add_references(subject, model, references)


def test_encodings_are_read_only_by_the_model_that_made_them(subjects: Subjects) -> None:
    add(subjects, "ada", "a")
    add(subjects, "ada", "b", model="other@1")
    assert subjects.encodings("ada", MODEL) == [b"a" * 512]
    assert subjects.encodings("ada", "model@2") == []
    assert subjects.encodings("grace", MODEL) == []
    assert [held[:2] for held in subjects.all_encodings("ada")] == [(MODEL, "a"), ("other@1", "b")]


def test_the_same_reference_twice_is_one(subjects: Subjects) -> None:
    add(subjects, "ada", "a")
    add(subjects, "ada", "a")
    profile = subjects.profile("ada")
    assert profile is not None
    assert profile.references == 1
    assert subjects.references("ada") == {"a": {"name": "me.jpg"}}


def test_everything_of_a_person_expires_together(subjects: Subjects, store: redis.Redis) -> None:
    add(subjects, "ada", "a")
    assert len(store.keys("*")) == 3
    assert all(3500 < store.ttl(key) <= 3600 for key in store.keys("*"))
    subjects.agree("ada", "2026", keep_s=7200)
    assert all(7100 < store.ttl(key) <= 7200 for key in store.keys("*"))


def test_a_consent_keeps_the_time_it_was_given_until_another_text_is_agreed_to(
    subjects: Subjects, clock: Clock
) -> None:
    given = clock()
    for version, expected in [("2026", given), ("2026", given), ("2027", given + 20)]:
        subjects.agree("ada", version, keep_s=3600)
        profile = subjects.profile("ada")
        assert profile is not None
        assert (profile.consent, profile.consented) == (version, expected)
        assert profile.expires == clock() + 3600
        clock.now += 10


def test_no_reference_is_kept_without_a_consent(subjects: Subjects, store: redis.Redis) -> None:
    with pytest.raises(ForgottenError):
        subjects.add_references("ada", MODEL, {"a": ({}, b"a" * 512)})
    assert subjects.profile("ada") is None
    assert store.keys("*") == []


def test_a_wrong_encoding_is_not_kept(subjects: Subjects) -> None:
    subjects.agree("ada", "2026", keep_s=60)
    with pytest.raises(ValueError, match="512 bytes"):
        subjects.add_references("ada", MODEL, {"a": ({}, b"short")})
    assert subjects.all_encodings("ada") == []


def test_one_name_at_two_issuers_is_two_people() -> None:
    assert subject_of("https://one", "ada") != subject_of("https://two", "ada")
    assert subject_of("https://one", "ada") == subject_of("https://one", "ada")
