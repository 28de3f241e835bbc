"""What kind of file it is, told by its first bytes: never by its name or declared type."""

# Magic number -> kind. Those that decode.py does not read are named so that a person learns why.
_MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"8BPS", "PSD"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\0\0\1\0", "ICO"),
)
# The brand of an ISO base media file (ISO/IEC 14496-12): most other brands are films.
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"mif1": "HEIC"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"msf1"), "HEIC"
)


def container(data: bytes) -> str | None:
    """The kind of picture file that `data` begins as, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # BMP's two reserved fields
        return "BMP"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in a WebP's header (RFC 9649, section 2); (0, 0) where it has none."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if chunk == b"VP8L":
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return 0, 0


def _little(octets: bytes) -> int:
    return int.from_bytes(octets, "little")
