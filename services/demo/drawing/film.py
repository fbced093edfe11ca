"""A short film that moves over a picture, as WebM, which every browser plays.

A lossy WebP is one VP8 key frame in a wrapping, and a WebM film is VP8 frames in another: so
Pillow, which makes the one, is all that it takes to make the other.
"""

from __future__ import annotations

import io
import struct
from typing import Final

from PIL import Image

SIZE: Final = (320, 240)
FRAMES: Final = 12
FRAME_MS: Final = 160

EBML: Final = bytes.fromhex("1a45dfa3")
SEGMENT: Final = bytes.fromhex("18538067")
INFO: Final = bytes.fromhex("1549a966")
TRACKS: Final = bytes.fromhex("1654ae6b")
CLUSTER: Final = bytes.fromhex("1f43b675")
KEY_FRAME: Final = 0x80


def film(picture: Image.Image) -> bytes:
    """Make a film of two seconds that moves in on the middle of a picture."""
    frames = []
    for step in range(FRAMES):
        inset = step / FRAMES * 0.16
        width, height = picture.size
        area = (width * inset, height * inset, width * (1 - inset), height * (1 - inset))
        frames.append(_key_frame(picture.resize(SIZE, Image.Resampling.BILINEAR, area)))
    return _webm(frames)


def _key_frame(picture: Image.Image) -> bytes:
    """Take the VP8 frame out of a WebP: behind RIFF, length, WEBP, VP8 and the frame's length."""
    webp = io.BytesIO()
    picture.save(webp, "WEBP", quality=60, method=0)
    data = webp.getvalue()
    assert data[8:16] == b"WEBPVP8 "
    (length,) = struct.unpack("<I", data[16:20])
    return data[20 : 20 + length]


def _webm(frames: list[bytes]) -> bytes:
    """Wrap frames into Matroska elements (RFC 9559)."""
    head = _element(
        EBML,
        _number("4286", 1) + _number("42f7", 1) + _number("42f2", 4) + _number("42f3", 8),
        _element(bytes.fromhex("4282"), b"webm") + _number("4287", 2) + _number("4285", 2),
    )
    duration = _element(bytes.fromhex("4489"), struct.pack(">d", len(frames) * FRAME_MS))
    apps = b"".join(_element(bytes.fromhex(name), b"zhugeleida") for name in ("4d80", "5741"))
    info = _element(INFO, _number("2ad7b1", 1_000_000), duration, apps)
    video = _element(bytes.fromhex("e0"), _number("b0", SIZE[0]) + _number("ba", SIZE[1]))
    track = _number("d7", 1) + _number("73c5", 1) + _number("83", 1) + _number("9c", 0)
    tracks = _element(
        TRACKS,
        _element(bytes.fromhex("ae"), track, _element(bytes.fromhex("86"), b"V_VP8"), video),
    )
    blocks = [
        _element(bytes.fromhex("a3"), struct.pack(">BhB", 0x81, step * FRAME_MS, KEY_FRAME), frame)
        for step, frame in enumerate(frames)
    ]
    cluster = _element(CLUSTER, _number("e7", 0), *blocks)
    return head + _element(SEGMENT, info, tracks, cluster)


def _element(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return name + bytes([0x01]) + len(body).to_bytes(7, "big") + body


def _number(name: str, value: int) -> bytes:
    return _element(bytes.fromhex(name), value.to_bytes(4, "big"))
