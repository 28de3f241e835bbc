import struct
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from findme.errors import PictureError
from findme.vision.decode import MOST_BYTES, decode, decode_within
from tests.vision.pictures import claiming, deep_png, encoded, held, opened, photo, png

SMALL = opened("obama2.jpg", 240)
PIXELS = np.asarray(SMALL)


def off_by(pixels: NDArray[np.uint8], expected: NDArray[np.uint8]) -> float:
    assert pixels.dtype == np.uint8
    assert pixels.shape == expected.shape
    return float(np.abs(pixels.astype(int) - expected).mean())


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        (encoded(SMALL, "JPEG", quality=95), 3),
        (encoded(SMALL, "JPEG", quality=95, progressive=True), 3),
        (encoded(SMALL.convert("CMYK"), "JPEG", quality=95), 6),
        (encoded(SMALL, "PNG"), 0),
        (deep_png(SMALL), 0),
        (encoded(SMALL.quantize(256), "PNG"), 6),
        (encoded(SMALL, "WEBP", lossless=True), 0),
        (encoded(SMALL, "WEBP", quality=90), 4),
        (encoded(SMALL.quantize(256), "GIF"), 6),
        (encoded(SMALL, "GIF", save_all=True, append_images=[Image.new("RGB", SMALL.size)]), 6),
    ],
    ids=["jpeg", "progressive", "cmyk", "png", "png16", "palette", "webp", "lossy", "gif", "gif2"],
)
def test_every_format_gives_the_same_picture(data: bytes, tolerance: float) -> None:
    assert off_by(decode(data), PIXELS) <= tolerance


GREY = SMALL.convert("L")


@pytest.mark.parametrize(
    "data",
    [
        encoded(GREY, "PNG"),
        encoded(GREY, "JPEG", quality=98),
        encoded(Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257), "PNG"),
        encoded(GREY.convert("LA"), "PNG"),
    ],
    ids=["png", "jpeg", "png16", "png-alpha"],
)
def test_grey_pictures_become_rgb(data: bytes) -> None:
    assert off_by(decode(data), np.asarray(GREY.convert("RGB"))) < 2


def test_one_bit_picture() -> None:
    assert (
        off_by(decode(encoded(GREY.convert("1"))), np.asarray(GREY.convert("1").convert("RGB")))
        == 0
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_is_white(kind: str) -> None:
    picture = SMALL.convert("RGBA")
    picture.paste((200, 0, 0, 0), (0, 0, 40, 40))
    pixels = decode(encoded(picture, kind, **({"lossless": True} if kind == "WEBP" else {})))
    assert (pixels[:40, :40] == 255).all()
    assert (pixels[40:] == PIXELS[40:]).all()


def test_transparent_palette_entry_is_white() -> None:
    picture = SMALL.quantize(16)
    index = picture.getpixel((0, 0))
    pixels = decode(encoded(picture, "PNG", transparency=index))
    assert (pixels[0, 0] == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("kind", "tolerance"), [("JPEG", 3), ("PNG", 0), ("WEBP", 0)])
def test_exif_orientation_is_applied(kind: str, tolerance: float, orientation: int) -> None:
    assert off_by(decode(held(SMALL, orientation, kind)), PIXELS) <= tolerance


def test_broken_exif_block_leaves_the_picture_readable() -> None:
    data = encoded(SMALL, "JPEG", quality=95, exif=b"Exif\0\0not a TIFF header")
    assert off_by(decode(data), PIXELS) < 3


@pytest.mark.parametrize("size", [(1, 1), (30_000, 1), (1, 30_000), (30_000, 60)])
def test_odd_sizes_are_pictures_too(size: tuple[int, int]) -> None:
    assert decode(encoded(SMALL.resize(size))).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_large_picture_is_reduced_as_it_is_read(kind: str) -> None:
    large = SMALL.resize((1800, 3456))
    picture = decode_within(encoded(large, kind), 1_000_000)
    assert (picture.width, picture.height) == large.size
    assert 950_000 < picture.pixels.shape[0] * picture.pixels.shape[1] <= 1_000_000
    expected = np.asarray(SMALL.resize(picture.pixels.shape[1::-1]))
    assert off_by(picture.pixels, expected) < 8


def test_reduced_picture_is_turned_upright() -> None:
    picture = decode_within(held(SMALL.resize((1000, 1920)), 6, "JPEG"), 480_000)
    assert (picture.width, picture.height) == (1000, 1920)
    assert picture.pixels.shape == (960, 500, 3)


def webp_claiming(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


JPEG = encoded(SMALL, "JPEG")
GIF = encoded(SMALL, "GIF")
REFUSED = {
    "empty": (b"", "not_a_picture"),
    "text": (b"<!doctype html><title>Not found</title>", "not_a_picture"),
    "film": (b"\0\0\0\x18ftypmp42" + bytes(64), "not_a_picture"),
    "tiff": (encoded(SMALL, "TIFF"), "unsupported_format"),
    "bmp": (encoded(SMALL, "BMP"), "unsupported_format"),
    "ico": (encoded(SMALL, "ICO"), "unsupported_format"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(64), "unsupported_format"),
    "png bomb": (png(60_000, 60_000, 8, 2, b"x" * 99), "too_many_pixels"),
    "jpeg bomb": (claiming(JPEG, 65_000, 65_000), "too_many_pixels"),
    "webp bomb": (webp_claiming(16_384, 16_384), "too_many_pixels"),
    "webp beyond its reader's memory": (webp_claiming(5_000, 5_000), "too_many_pixels"),
    "gif bomb": (GIF[:6] + b"\xff\xff\xff\xff" + GIF[10:], "too_many_pixels"),
    "too many bytes": (JPEG + bytes(MOST_BYTES), "too_many_bytes"),
    "jpeg header alone": (JPEG[:100], "broken_picture"),
    "jpeg cut": (JPEG[:-2000], "broken_picture"),
    "png cut": (encoded(SMALL)[:-2000], "broken_picture"),
    "webp cut": (encoded(SMALL, "WEBP")[:-2000], "broken_picture"),
    "gif cut": (GIF[:-2000], "broken_picture"),
    "png claiming more rows than it has": (
        png(640, 640, 8, 2, photo("coffee.png")[100:9000]),
        "broken_picture",
    ),
    "jpeg magic, then noise": (b"\xff\xd8\xff" + photo("coffee.png"), "broken_picture"),
    "gif without a frame": (GIF[:13], "broken_picture"),
    "webp without a chunk": (b"RIFF\0\0\0\0WEBP", "broken_picture"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(PictureError) as refused:
        decode(data)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_several_threads_at_once() -> None:
    files = [held(SMALL, turn, kind) for turn in range(1, 9) for kind in ("JPEG", "PNG", "WEBP")]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(decode, files * 4))
    alone = [decode(file) for file in files] * 4
    assert all(np.array_equal(*pair) for pair in zip(together, alone, strict=True))


ORIGINALS = [
    JPEG,
    encoded(SMALL, "JPEG", progressive=True),
    held(SMALL, 6, "JPEG"),
    encoded(SMALL.resize((60, 120)), "PNG"),
    encoded(SMALL.resize((60, 120)).convert("RGBA").quantize(64), "PNG"),
    encoded(SMALL, "WEBP"),
    held(SMALL, 8, "WEBP"),
    encoded(SMALL.resize((60, 120)), "GIF", save_all=True, append_images=[GREY.resize((60, 120))]),
]
# Most of what a reader trusts stands near the beginning.
EDIT = st.tuples(st.one_of(st.integers(0, 700), st.integers(0, 20_000)), st.integers(0, 255))


@settings(max_examples=300, deadline=None)
@given(
    data=st.sampled_from(ORIGINALS),
    edits=st.lists(EDIT, min_size=1, max_size=12),
    cut=st.one_of(st.none(), st.integers(0, 20_000)),
)
def test_mutated_file_is_a_picture_or_refused(
    data: bytes, edits: list[tuple[int, int]], cut: int | None
) -> None:
    mutated = bytearray(data)
    for position, value in edits:
        mutated[position % len(data)] = value
    try:
        pixels = decode_within(bytes(mutated[:cut]), 1_000_000).pixels
    except PictureError:
        return
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] == 3
