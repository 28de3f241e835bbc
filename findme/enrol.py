"""Photos of oneself: consent first, then a report on each, accepted or refused and why."""

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_form

from findme import consent
from findme.errors import PhotoError, RequestError
from findme.subjects import Profile, Subjects
from findme.web import Request, decode_base64, iso

_MOST_PHOTOS = 10


@dataclass(frozen=True)
class Face:
    """The one face of a reference photo: box in pixels of the upright photo, 512-byte encoding."""

    box: tuple[int, int, int, int]
    encoding: bytes


# Looks at one photo, beside the encodings known so far; raises PhotoError to refuse it.
Examine = Callable[[bytes, Sequence[bytes]], Face]


def enrol(
    request: Request, subjects: Subjects, model: str, examine: Examine, keep_s: float
) -> dict[str, Any]:
    """Record the consent, then keep the references accepted, `keep_s` seconds.

    Without the consent, raises RequestError before reading a photo. `model` names the encoder of
    `examine`.
    """
    form = _multipart(request) if request.is_multipart else request.fields
    _agreed(form)
    photos = _photos(form)
    subject, epoch = request.subject, request.epoch
    subjects.agree(subject, consent.VERSION, keep_s, epoch=epoch)
    reports, references = _examined(photos, subjects.encodings(subject, model), examine)
    if references:
        subjects.add_references(subject, model, references, epoch=epoch)
    return {**_held(subjects.profile(subject)), "photos": reports}


def _examined(
    photos: Sequence[tuple[str, bytes]], known: list[bytes], examine: Examine
) -> tuple[list[dict[str, Any]], dict[str, tuple[Mapping[str, Any], bytes]]]:
    """The report on each photo, and what is kept of those accepted, by their id."""
    reports: list[dict[str, Any]] = []
    references: dict[str, tuple[Mapping[str, Any], bytes]] = {}
    for name, data in photos:
        try:
            face = examine(data, known)
        except PhotoError as refused:
            reason = {"reason": refused.code, "message": refused.message}
            reports.append({"name": name, "accepted": False, **reason})
            continue
        reference = hashlib.sha256(data).hexdigest()[:16]
        report = {"name": name, "accepted": True, "id": reference, "box": list(face.box)}
        references[reference] = (report, face.encoding)
        known.append(face.encoding)
        reports.append(report)
    return reports, references


def _held(profile: Profile | None) -> dict[str, Any]:
    held = profile.references if profile else 0
    expires = iso(profile.expires) if profile and held else None
    return {"enrolled": held > 0, "references": held, "expires": expires}


def _agreed(form: Mapping[str, Any]) -> None:
    given = form.get("consent")
    if given != consent.VERSION:
        code = "consent_missing" if given is None else "consent_outdated"
        message = f'agree to the text of version {consent.VERSION}: "consent": "{consent.VERSION}"'
        raise RequestError(400, code, message, "consent")


def _photos(form: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    photos = form.get("photos")
    if not isinstance(photos, list) or not photos:
        message = "photos must be a list with at least one photo of you"
        raise RequestError(400, "missing_field", message, "photos")
    if len(photos) > _MOST_PHOTOS:
        message = f"send at most {_MOST_PHOTOS} photos at once"
        raise RequestError(400, "bad_field", message, "photos")
    return [_photo(photo, f"photos[{number}]") for number, photo in enumerate(photos)]


def _photo(photo: Any, field: str) -> tuple[str, bytes]:
    if isinstance(photo, tuple):
        return photo
    if isinstance(photo, str):
        return field, decode_base64(photo, field)
    if isinstance(photo, dict) and isinstance(photo.get("data"), str):
        name = str(photo.get("name") or field)[:200]
        return name, decode_base64(photo["data"], f"{field}.data")
    message = f'{field} must be base64, or {{"name": …, "data": base64}}'
    raise RequestError(400, "bad_field", message, field)


def _multipart(request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    photos: list[tuple[str, bytes]] = []

    def on_field(field: Field) -> None:
        name = (field.field_name or b"").decode("utf-8", "replace")
        fields[name] = (field.value or b"").decode("utf-8", "replace")

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        name = (file.file_name or b"photo").decode("utf-8", "replace")[:200]
        photos.append((name, file.file_object.read()))
        file.close()

    headers = {"Content-Type": request.content_type.encode()}
    try:
        parse_form(headers, io.BytesIO(request.body), on_field, on_file)
    except FormParserError as error:
        raise RequestError(
            400, "bad_body", "the body is not multipart/form-data", "body"
        ) from error
    return {**fields, "photos": photos}
