"""A picture of a page of text, made small: words in few inks need a palette, not three bytes a dot.

Reads what Chromium writes (eight bits a channel, no interlacing). Of colours that hardly differ,
the one that is used most stands for all, and of those so many as there is room for; every other
colour becomes the nearest of them.
"""

import struct
import zlib
from collections import Counter

BEGIN = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 6: 4}
MOST_COLOURS = 64
# Colours that are the same but for so many of the eight bits hardly differ.
HARDLY = 4


def small(png):
    """The same picture with a palette, as small as zlib makes it."""
    width, height, rows = read(png)
    used = Counter(colour for row in rows for colour in row)
    palette = chosen(used)
    places = {colour: place for place, colour in enumerate(palette)}
    for colour in used:
        if colour not in places:
            places[colour] = min(range(len(palette)), key=lambda n: distance(palette[n], colour))
    lines = b"".join(b"\0" + bytes(places[colour] for colour in row) for row in rows)
    return b"".join(
        [
            BEGIN,
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", b"".join(palette)),
            chunk(b"IDAT", zlib.compress(lines, 9)),
            chunk(b"IEND", b""),
        ]
    )


def chosen(used):
    alike = {}
    for colour, _times in used.most_common():
        alike.setdefault(tuple(part >> HARDLY for part in colour), colour)
    return list(alike.values())[:MOST_COLOURS]


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read(png):
    """Width, height, and rows of colours, each three bytes."""
    if not png.startswith(BEGIN):
        raise ValueError("no PNG")
    place, packed = len(BEGIN), b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, bits, colours, *_rest, interlaced = struct.unpack(">IIBBBBB", data)
        elif kind == b"IDAT":
            packed += data
        place += length + 12
    if bits != 8 or colours not in CHANNELS or interlaced:
        raise ValueError("no PNG of the kind that Chromium writes")
    each = CHANNELS[colours]
    lines = unfiltered(zlib.decompress(packed), width * each, each)
    rows = [[line[at : at + 3] for at in range(0, len(line), each)] for line in lines]
    return width, height, rows


def unfiltered(raw, length, each):
    """The bytes of each line, which was written as what differs from those beside and above."""
    above = bytearray(length)
    for start in range(0, len(raw), length + 1):
        way, line = raw[start], bytearray(raw[start + 1 : start + 1 + length])
        for at in range(length) if way else ():
            left = line[at - each] if at >= each else 0
            corner = above[at - each] if at >= each else 0
            line[at] = (line[at] + foretold(way, left, above[at], corner)) & 255
        yield bytes(line)
        above = line


def foretold(way, left, up, corner):
    if way == 1:
        return left
    if way == 2:
        return up
    if way == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda byte: abs(guess - byte))
