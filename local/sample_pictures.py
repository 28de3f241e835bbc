"""How each picture of the sample album is made from the allowed photos: cut, pasted, turned."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageOps

from local.data import PHOTOS

Make = Callable[[], bytes]


def original(name: str) -> Make:
    return (PHOTOS / name).read_bytes


def scaled(name: str, height: int, kind: str = "JPEG", **options: Any) -> Make:
    """The photo `name` at `height` pixels, as `kind` with Pillow's `options` for it."""
    return lambda: _encoded(_photo(name, height), kind, **options)


def turned(name: str, height: int, orientation: int) -> Make:
    """As a camera held sideways stores it: turned pixels, and the EXIF tag that says so."""
    held = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return lambda: _encoded(_photo(name, height).transpose(held), exif=exif)


def group(*names: str) -> Make:
    """The people of several photos side by side, from the chest up."""
    return lambda: _encoded(_row([_bust(name) for name in names]))


def stage(name: str, height: int) -> Make:
    """A hall seen from the back row, 1600 by 1066: the photo `name` is `height` pixels of it."""
    return lambda: _encoded(_hall(_photo(name, height)))


def animated(*names: str) -> Make:
    """A GIF of one frame for each photo."""

    def make() -> bytes:
        frames = [ImageOps.fit(_photo(name, 400), (400, 400)).quantize(128) for name in names]
        return _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=800)

    return make


def truncated(name: str, part: float) -> Make:
    """The first `part` of the file: what an interrupted upload leaves."""

    def make() -> bytes:
        data = (PHOTOS / name).read_bytes()
        return data[: int(len(data) * part)]

    return make


def _photo(name: str, height: int) -> Image.Image:
    image = Image.open(PHOTOS / name)
    width = round(image.width * height / image.height)
    image.draft("RGB", (width, height))
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _bust(name: str) -> Image.Image:
    # Where the head is in each photo: its middle and its height, as parts of the width and height.
    middle, top, bottom = _BUSTS[name]
    image = _photo(name, 1200).convert("RGB")
    side = round((bottom - top) * image.height)
    left = min(max(round(middle * image.width - side / 2), 0), max(image.width - side, 0))
    box = (left, round(top * image.height), min(left + side, image.width), 0)
    return image.crop((*box[:3], box[1] + side)).resize((360, 360), Image.Resampling.BICUBIC)


_BUSTS = {
    "obama2.jpg": (0.51, 0.08, 0.60),
    "obama3.jpg": (0.56, 0.06, 0.42),
    "biden.jpg": (0.60, 0.02, 0.40),
    "astronaut.png": (0.44, 0.00, 0.60),
}


def _row(people: list[Image.Image]) -> Image.Image:
    page = Image.new("RGB", (40 + 380 * len(people), 480), (58, 52, 60))
    for place, person in enumerate(people):
        page.paste(person, (30 + 380 * place, 60))
    return page


def _hall(speaker: Image.Image) -> Image.Image:
    hall = Image.new("RGB", (1600, 1066), (24, 22, 30))
    draw = ImageDraw.Draw(hall)
    draw.rectangle((460, 90, 1500, 690), fill=(226, 230, 236))
    draw.rectangle((0, 820, 1600, 1066), fill=(44, 34, 30))
    hall.paste(_photo("coffee.png", 400), (680, 190))
    hall.paste(speaker, (240, 820 - speaker.height))
    return hall


def _encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **({"quality": 88} if kind == "JPEG" else {}), **options)
    return buffer.getvalue()
