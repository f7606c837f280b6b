"""The picture that stands for the site in place of its name: read and judged at the start."""

import struct
from dataclasses import dataclass
from xml.etree import ElementTree

# With it, a first visit still moves less than 60 KB.
MOST_BYTES = 20_000
EXPECTED = f"a file with an SVG or PNG picture of at most {MOST_BYTES:,} bytes"
# A banner is no logo, and a dot cannot be seen.
LONGEST_SIDE, WIDEST = 4_000, 12

PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
SVG_ROOT = "{http://www.w3.org/2000/svg}svg"


@dataclass(frozen=True)
class Logo:
    """The browser is told width and height, so that nothing moves when the picture arrives."""

    kind: str
    width: int
    height: int
    body: bytes

    @property
    def media_type(self):
        return {"svg": "image/svg+xml", "png": "image/png"}[self.kind]


def read(path):
    """The picture in this file; ValueError says in a few words what is wrong with it."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(error.strerror.lower()) from None
    if len(body) > MOST_BYTES:
        raise ValueError("it is larger")
    kind, (width, height) = ("png", size_of_png(body)) if is_png(body) else ("svg", size(body))
    if not 0 < height <= LONGEST_SIDE or not 0 < width <= min(LONGEST_SIDE, WIDEST * height):
        raise ValueError(f"it measures {width} × {height}")
    return Logo(kind, width, height, body)


def is_png(body):
    return body.startswith(PNG_BEGIN)


def size_of_png(body):
    if len(body) < 24:
        raise ValueError("it is cut off")
    return struct.unpack(">II", body[16:24])


def size(body):
    """Width and height of an SVG picture, as its viewBox or its attributes say."""
    try:
        # The file of whoever runs the site; expat fetches nothing, and stops what grows.
        root = ElementTree.fromstring(body)  # noqa: S314
    except ElementTree.ParseError:
        raise ValueError("it is neither") from None
    if root.tag != SVG_ROOT:
        raise ValueError("it is neither")
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = box[2:] or [root.get(side, "").removesuffix("px") for side in ("width", "height")]
    try:
        width, height = (round(float(value)) for value in sides)
    except (ValueError, OverflowError):
        raise ValueError("it has no viewBox") from None
    return width, height
