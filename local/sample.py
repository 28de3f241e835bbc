"""The sample album: real photos of four people, a cat and a coffee, as a feed that anyone posts.

`EXPECTED` says what a search for the person in `ME` must answer for each of its photos.
"""

import hashlib
import json
import mimetypes
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import sample_pictures as pictures
from local.data import DATA, PHOTOS
from local.sample_pictures import Make

ME = "me.jpg"
_FEED = "feed.json"


@dataclass(frozen=True)
class Picture:
    file: str
    alt: str
    expected: str
    make: Make


@dataclass(frozen=True)
class Post:
    """One item of the feed, with the photos attached to it."""

    id: str
    title: str
    author: str
    time: str
    pictures: tuple[Picture, ...]


_KEYNOTE = pictures.scaled("obama2.jpg", 800)

POSTS = (
    Post("keynote", "Opening keynote", "Ana Ruiz", "2026-05-12T09:05:00Z", (
        Picture("keynote.jpg", "A speaker at a lectern", "matched", _KEYNOTE),
    )),
    Post("again", "Opening keynote (reposted)", "Jonas Lind", "2026-05-12T16:00:00Z", (
        Picture("again.jpg", "A speaker at a lectern", "skipped", _KEYNOTE),
    )),
    Post("portrait", "Our guest of honour", "Ana Ruiz", "2026-05-12T09:20:00Z", (
        Picture("portrait.jpg", "A man with folded arms", "matched",
                pictures.scaled("obama3.jpg", 900)),
    )),
    Post("left-half", "Too close to the edge", "Jonas Lind", "2026-05-12T09:41:00Z", (
        Picture("left-half.jpg", "Half a face", "matched",
                pictures.original("obama_partial_face.jpg")),
    )),
    Post("right-half", "And the other side", "Jonas Lind", "2026-05-12T09:42:00Z", (
        Picture("right-half.jpg", "Half a face", "matched",
                pictures.original("obama_partial_face2.jpg")),
    )),
    Post("panel", "The panel, before and after the break", "Mei Tanaka", "2026-05-12T10:30:00Z", (
        Picture("panel-1.jpg", "Three people side by side", "matched",
                pictures.group("biden.jpg", "obama3.jpg", "astronaut.png")),
        Picture("panel-2.jpg", "Two people side by side", "no_match",
                pictures.group("astronaut.png", "biden.jpg")),
    )),
    Post("back-row", "Full house", "Mei Tanaka", "2026-05-12T10:55:00Z", (
        Picture("back-row.jpg", "A stage from far away, a small speaker on the left", "matched",
                pictures.stage("obama2.jpg", 186)),
    )),
    Post("sideways", "Phone held sideways", "Omar Haddad", "2026-05-12T11:10:00Z", (
        Picture("sideways.jpg", "A man with folded arms", "matched",
                pictures.turned("obama3.jpg", 800, 6)),
    )),
    Post("upside-down", "Phone upside down", "Omar Haddad", "2026-05-12T11:12:00Z", (
        Picture("upside-down.jpg", "A speaker at a lectern", "matched",
                pictures.turned("obama2.jpg", 800, 3)),
    )),
    Post("cut-out", "Cut out for the programme", "Ana Ruiz", "2026-05-12T12:00:00Z", (
        Picture("cut-out.png", "A speaker at a lectern", "matched",
                pictures.scaled("32bit.png", 800, "PNG", compress_level=1)),
    )),
    Post("website", "For the website", "Ana Ruiz", "2026-05-12T12:05:00Z", (
        Picture("website.webp", "A man with folded arms", "matched",
                pictures.scaled("obama3.jpg", 800, "WEBP", quality=80, method=1)),
    )),
    Post("second-talk", "Second talk", "Jonas Lind", "2026-05-12T13:30:00Z", (
        Picture("second-talk.jpg", "A man in a dark suit", "no_match",
                pictures.scaled("biden.jpg", 900)),
    )),
    Post("third-talk", "Third talk", "Jonas Lind", "2026-05-12T14:15:00Z", (
        Picture("third-talk.png", "A woman in an orange space suit", "no_match",
                pictures.original("astronaut.png")),
    )),
    Post("wave", "A short clip", "Mei Tanaka", "2026-05-12T14:20:00Z", (
        Picture("wave.gif", "A woman in a space suit, then a coffee", "no_match",
                pictures.animated("astronaut.png", "coffee.png")),
    )),
    Post("coffee", "The best part", "Omar Haddad", "2026-05-12T15:00:00Z", (
        Picture("coffee.png", "A cup of coffee", "no_face", pictures.original("coffee.png")),
    )),
    Post("cat", "Security", "Omar Haddad", "2026-05-12T15:02:00Z", (
        Picture("cat.png", "A cat", "no_face", pictures.original("chelsea.png")),
    )),
    Post("cut-off", "The wireless gave up", "Mei Tanaka", "2026-05-12T15:30:00Z", (
        Picture("cut-off.jpg", "", "failed", pictures.truncated("obama2.jpg", 0.6)),
    )),
)  # fmt: skip


def photo_ids(post: Post) -> list[str]:
    """The item's id, or id#1, id#2, … where several pictures are attached to it."""
    if len(post.pictures) == 1:
        return [post.id]
    return [f"{post.id}#{number}" for number in range(1, len(post.pictures) + 1)]


# Photo id -> the state its search must end in.
EXPECTED = {
    photo: picture.expected
    for post in POSTS
    for photo, picture in zip(photo_ids(post), post.pictures, strict=True)
}


def build(folder: Path, base_url: str) -> None:
    """Make the album in `folder`, to be served at `base_url`."""
    folder.mkdir(parents=True, exist_ok=True)
    for picture in _made().iterdir():
        shutil.copyfile(picture, folder / picture.name)
    (folder / _FEED).write_text(json.dumps(_feed(folder, base_url), indent=1))


def _made() -> Path:
    """The folder of the pictures, made once for each version of their recipe."""
    recipe = hashlib.sha256()
    for source in (__file__, pictures.__file__):
        recipe.update(Path(source).read_bytes())
    made = DATA / f"sample-{recipe.hexdigest()[:16]}"
    if not made.exists():
        # Renamed when complete, so that nobody copies from a half-made folder.
        draft = Path(tempfile.mkdtemp(dir=DATA))
        (draft / ME).write_bytes((PHOTOS / "obama.jpg").read_bytes())
        for post in POSTS:
            for picture in post.pictures:
                (draft / picture.file).write_bytes(picture.make())
        try:
            draft.rename(made)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return made


def _feed(folder: Path, base_url: str) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Sample album",
        "feed_url": f"{base_url}/{_FEED}",
        "items": [_item(post, folder, base_url) for post in POSTS],
    }


def _item(post: Post, folder: Path, base_url: str) -> dict[str, Any]:
    return {
        "id": post.id,
        "url": f"{base_url}/{post.pictures[0].file}",
        "title": post.title,
        "content_text": post.title,
        "date_published": post.time,
        "authors": [{"name": post.author}],
        "attachments": [
            {
                "url": f"{base_url}/{picture.file}",
                "mime_type": mimetypes.guess_type(picture.file)[0],
                "title": picture.alt,
                "size_in_bytes": (folder / picture.file).stat().st_size,
            }
            for picture in post.pictures
        ],
    }
