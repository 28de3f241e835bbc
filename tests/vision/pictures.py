"""Real photos as bytes, in every form that a stranger may send them."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from local import data


def photo(name: str) -> bytes:
    data.ensure()
    return (data.PHOTOS / name).read_bytes()


def opened(name: str, height: int | None = None) -> Image.Image:
    image = Image.open(BytesIO(photo(name))).convert("RGB")
    if height is None:
        return image
    return image.resize((round(image.width * height / image.height), height))


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


# The turn that a viewer undoes by applying the orientation (EXIF 2.32, tag 0x0112).
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def held(image: Image.Image, orientation: int, kind: str) -> bytes:
    turn = _STORED[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options: dict[str, Any] = {"quality": 95} if kind == "JPEG" else {}
    if kind == "WEBP":
        options = {"lossless": True}
    stored = image if turn is None else image.transpose(turn)
    return encoded(stored, kind, exif=exif, **options)


def deep_png(image: Image.Image) -> bytes:
    """The picture as a 16-bit RGB PNG, which Pillow does not write."""
    samples = np.asarray(image).astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    return png(image.width, image.height, 16, 2, zlib.compress(rows))


def png(width: int, height: int, depth: int, colour: int, idat: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", idat), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def claiming(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size in its frame header."""
    at = next(jpeg.index(bytes([0xFF, marker])) for marker in (0xC0, 0xC2) if
              bytes([0xFF, marker]) in jpeg)  # fmt: skip
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]
