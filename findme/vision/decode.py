"""Bytes that a stranger chose, to upright RGB pixels: or a PictureError that names the reason."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from findme.errors import PictureError
from findme.vision.container import container, webp_size

MOST_BYTES = 15 * 1024 * 1024
# With 4 downloads of 15 MiB waiting, the worst pictures of this size stay inside 512 MB.
MOST_PIXELS = 40_000_000
# Pillow's WebP reader holds 16 bytes a pixel (measured: 780 MB for 50 million pixels). With these
# limits the largest pictures of every format take a process with the models to 370-480 MB.
MOST_WEBP_PIXELS = 20_000_000

# The readers are called directly: Image.open would only warn about what we refuse, and offers
# every format that Pillow knows.
_READERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WebP": WebPImageFile,
    "GIF": GifImageFile,
}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # EXIF's eight orientations; 1 is upright
_SIDEWAYS = {_UPRIGHT[orientation] for orientation in (5, 6, 7, 8)}


class Picture(NamedTuple):
    """`pixels` (h, w, 3) uint8 RGB, upright; `width` and `height` of the upright original."""

    pixels: NDArray[np.uint8]
    width: int
    height: int


def decode(data: bytes) -> NDArray[np.uint8]:
    """The first picture in `data`, upright, as (h, w, 3) uint8 RGB; PictureError if it has none."""
    return decode_within(data, MOST_PIXELS).pixels


def decode_within(data: bytes, pixels: int) -> Picture:
    """As `decode`, scaled down to at most about `pixels` pixels while it is read."""
    if len(data) > MOST_BYTES:
        limit = MOST_BYTES // 1024 // 1024
        raise PictureError("too_many_bytes", f"The file is larger than {limit} MiB.")
    image = _open(data)
    width, height = image.size
    scale = min(1.0, math.sqrt(pixels / (width * height)))
    target = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
    with _refusing_broken():
        image.draft(None, target)  # JPEG only: a half, a quarter or an eighth while decompressing
        image.load()
        turn = _UPRIGHT.get(_orientation(image))
        small = _scaled(_eight_bit(image), target)
        upright = small if turn is None else small.transpose(turn)
        rgb = np.asarray(_opaque(upright), dtype=np.uint8)
    return Picture(rgb, *((width, height) if turn not in _SIDEWAYS else (height, width)))


def _open(data: bytes) -> ImageFile.ImageFile:
    kind = container(data)
    if kind is None:
        raise PictureError("not_a_picture", "The file is not a picture.")
    if kind not in _READERS:
        raise PictureError("unsupported_format", f"{kind} is not read: use JPEG, PNG, WebP or GIF.")
    if kind == "WebP":  # its reader allocates the whole canvas when it opens the file
        _check_size(webp_size(data), MOST_WEBP_PIXELS)
    with _refusing_broken():
        image = _READERS[kind](BytesIO(data))
    _check_size(image.size, MOST_PIXELS)
    return image


def _check_size(size: tuple[int, int], most: int) -> None:
    width, height = size
    if width * height > most:
        raise PictureError(
            "too_many_pixels",
            f"The picture has {width} by {height} pixels: more than {most // 1_000_000} million.",
        )


@contextmanager
def _refusing_broken() -> Iterator[None]:
    try:
        yield
    except Image.DecompressionBombError as error:
        raise PictureError("too_many_pixels", "The picture has far too many pixels.") from error
    except Exception as error:  # hostile bytes lead Pillow's readers to nearly every kind
        raise PictureError("broken_picture", "The picture is damaged or incomplete.") from error


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001  a broken EXIF block does not make the picture broken
        return 1


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey, which convert() would clip instead of scale
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode == "P":
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    # Band by band, because Pillow copies a whole picture with alpha before it scales it.
    bands = [
        image.getchannel(band).resize(size, Image.Resampling.BOX)
        for band in range(len(image.getbands()))
    ]
    return Image.merge(image.mode, bands)


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode not in ("RGBA", "LA"):
        return image.convert("RGB")
    page = Image.new("RGB", image.size, "white")
    page.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return page
