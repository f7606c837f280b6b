"""What makes the pictures of docs/ small changes nothing that one would see."""

import struct
import zlib

import pytest

from screenshots import png

WHITE, INK, RED = b"\xff\xff\xff", b"\x1d\x23\x29", b"\xa3\x26\x2a"
ROWS = [[WHITE, INK, RED, WHITE], [INK, INK, WHITE, RED], [RED, WHITE, INK, WHITE]]


def written(rows, way, channels=3):
    """A PNG with these rows, each line filtered in this way."""
    width, lines = len(rows[0]), b""
    above = bytes(width * channels)
    for row in rows:
        line = b"".join(colour + b"\xff" * (channels - 3) for colour in row)
        lines += bytes([way]) + bytes(
            (line[at] - foretold(way, line, above, at, channels)) & 255 for at in range(len(line))
        )
        above = line
    head = struct.pack(">IIBBBBB", width, len(rows), 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return png.BEGIN + b"".join(png.chunk(kind, data) for kind, data in chunks)


def foretold(way, line, above, at, each):
    """As the PNG specification says it, step by step."""
    a = line[at - each] if at >= each else 0
    b = above[at]
    c = above[at - each] if at >= each else 0
    p = a + b - c
    if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c):
        paeth = a
    else:
        paeth = b if abs(p - b) <= abs(p - c) else c
    return [0, a, b, (a + b) // 2, paeth][way]


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("way", range(5))
def test_every_line_is_read_however_it_was_written(way, channels):
    assert png.read(written(ROWS, way, channels)) == (4, 3, ROWS)


def decoded(picture):
    """Rows of colours of a PNG with a palette and no filters."""
    assert picture[24:26] == b"\x08\x03"
    chunks, place = {}, len(png.BEGIN)
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        data = picture[place + 8 : place + 8 + length]
        assert (
            zlib.crc32(picture[place + 4 : place + 8] + data)
            == struct.unpack(">I", picture[place + 8 + length : place + 12 + length])[0]
        )
        chunks[picture[place + 4 : place + 8]] = data
        place += length + 12
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    raw, palette = zlib.decompress(chunks[b"IDAT"]), chunks[b"PLTE"]
    lines = [raw[n * (width + 1) + 1 : (n + 1) * (width + 1)] for n in range(height)]
    return [[palette[3 * dot : 3 * dot + 3] for dot in line] for line in lines]


def test_few_colours_stay_as_they_are():
    assert decoded(png.small(written(ROWS, 4))) == ROWS


def test_the_shades_between_inks_and_paper_become_others_that_hardly_differ():
    shades = [
        bytes(255 - (255 - part) * step // 60 for part in ink)
        for ink in (INK, RED)
        for step in range(41)
    ]
    rows = [shades, [WHITE] * len(shades)]
    found = decoded(png.small(written(rows, 1)))
    assert len(set(shades)) > png.MOST_COLOURS >= len(set(found[0]))
    worst = 3 * (1 << png.HARDLY) ** 2
    assert all(png.distance(one, two) <= worst for one, two in zip(shades, found[0], strict=True))
    assert found[1] == rows[1]


def test_another_kind_of_picture_is_refused():
    with pytest.raises(ValueError, match="no PNG"):
        png.read(b"GIF89a")
    with pytest.raises(ValueError, match="that Chromium writes"):
        png.read(png.small(written(ROWS, 0)))
