"""Draws world.json (README.md): the outlines of countries as paths of SVG, and where each lies.

python -m facilitation.world.draw OUTLINES POSITIONS: two TopoJSON files of countries, a coarse one
for the outlines, and a fine one, which knows the smallest islands.
"""

import json
import sys
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path

FILE = Path(__file__).with_name("world.json")
# In units of the picture.
WIDTH, MARGIN = 1000, 4
# The map is cut opposite of this meridian: in the Bering Strait.
MIDDLE = 11
# Where nobody lives, the projection would need much room for little.
SOUTHERNMOST = -57
# Islands smaller than this, in square units, are no shape but a position.
SMALLEST = 1.5
# The fineness of the search for the middle of a country.
FINE = 12

# ISO 3166's numbers in the data, whose codes are not those of django_countries; what has none.
PARTS = {"N. Cyprus": "CY", "Somaliland": "SO"}
LEFT_OUT = {"AQ"}
# (country, is this (longitude, latitude) in it?, code): what has a code, and no outline of its own.
SPLIT = [
    ("FR", lambda longitude, latitude: longitude < -40, "GF"),
    ("NO", lambda longitude, latitude: latitude > 74, "SJ"),
]
# Longitude and latitude of what the data count to other countries.
PLACES = {
    "BQ": (-68.3, 12.2),
    "BV": (3.4, -54.4),
    "CC": (96.8, -12.2),
    "CX": (105.6, -10.5),
    "GF": (-53.1, 4.0),
    "GP": (-61.5, 16.2),
    "MQ": (-61.0, 14.6),
    "RE": (55.5, -21.1),
    "SJ": (16.0, 78.8),
    "TK": (-171.8, -9.2),
    "YT": (45.2, -12.8),
}

# The polynomial of the Equal Earth projection.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def projected(longitude, latitude):
    angle = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = angle * angle
    sixth = square**3
    across = 2 * sqrt(3) * radians(longitude) * cos(angle)
    across /= 3 * (9 * A4 * square**4 + 7 * A3 * sixth + 3 * A2 * square + A1)
    return across, -angle * (A4 * square**4 + A3 * sixth + A2 * square + A1)


SCALE = (WIDTH - 2 * MARGIN) / (2 * projected(180, 0)[0])
TOP = projected(0, 84)[1]
HEIGHT = round((projected(0, SOUTHERNMOST)[1] - TOP) * SCALE) + 2 * MARGIN


def placed(longitude, latitude):
    """Where it lies in the picture, from the middle meridian."""
    x, y = projected(longitude, latitude)
    return WIDTH / 2 + x * SCALE, (y - TOP) * SCALE + MARGIN


def around(longitude):
    """From the middle meridian, between -180 and 180."""
    return (longitude - MIDDLE + 180) % 360 - 180


# --- TopoJSON ---


def countries(path, code_of, *, holes):
    """(code or "", its rings as lists of (longitude, latitude)) for each country of a file; with or
    without those inside of others, which leave room for lakes and enclaves."""
    data = json.loads(Path(path).read_text("utf-8"))
    arcs = list(decoded(data))
    for shape in data["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = PARTS.get(name) or code_of.get(shape.get("id"), "")
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        wanted = None if holes else 1
        yield code, [stitched(ring, arcs) for polygon in polygons for ring in polygon[:wanted]]


def decoded(data):
    (wide, high), (left, low) = data["transform"]["scale"], data["transform"]["translate"]
    for arc in data["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * wide + left, y * high + low))
        yield points


def stitched(ring, arcs):
    points = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


# --- outlines ---


def pieces(ring):
    """A ring as rings that lie on one side of the cut each, from the middle meridian."""
    unrolled = [(around(ring[0][0]), ring[0][1])]
    for longitude, latitude in ring[1:]:
        before = unrolled[-1][0]
        unrolled.append((before + (around(longitude) - before + 180) % 360 - 180, latitude))
    for turn in (-360, 0, 360):
        turned = [(longitude + turn, latitude) for longitude, latitude in unrolled]
        piece = clipped(clipped(turned, -180, 1), 180, -1)
        if len(piece) > 2:
            yield piece


def clipped(ring, limit, side):
    """What of a ring lies east (side 1) or west (-1) of a meridian."""
    kept = []
    for (x1, y1), (x2, y2) in pairwise([*ring, *ring[:1]]):
        inside1, inside2 = (side * (x - limit) >= 0 for x in (x1, x2))
        if inside1:
            kept.append((x1, y1))
        if inside1 != inside2:
            kept.append((limit, y1 + (y2 - y1) * (limit - x1) / (x2 - x1)))
    return kept


def in_whole_units(ring):
    """Its points in the picture, without those that fall on one another or between two others."""
    points = []
    for point in ring:
        x, y = (round(value) for value in placed(*point))
        if points and points[-1] == (x, y):
            continue
        if len(points) > 1 and on_a_line(points[-2], points[-1], (x, y)):
            points.pop()
        points.append((x, y))
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def on_a_line(first, second, third):
    (x1, y1), (x2, y2), (x3, y3) = first, second, third
    forward = (x2 - x1) * (x3 - x2) + (y2 - y1) * (y3 - y2) > 0
    return forward and (x2 - x1) * (y3 - y1) == (y2 - y1) * (x3 - x1)


def area(points):
    """In square units, whatever the sense of rotation."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]]))) / 2


def as_path(points):
    """SVG: from point to point, as short as it can be written."""
    (x, y), *others = points
    path = f"M{x} {y}l"
    for next_x, next_y in others:
        step = f"{next_x - x} {next_y - y}"
        path += step if path[-1] == "l" or step[0] == "-" else f" {step}"
        x, y = next_x, next_y
    return path.replace(" -", "-") + "z"


# --- positions ---


def middle(ring):
    """Where the mark of a country stands: in its ring, as far from the edges as can be."""
    points = [placed(*point) for point in ring]
    xs, ys = zip(*points, strict=True)
    left, top = min(xs), min(ys)
    wide, high = max(xs) - left, max(ys) - top
    if max(wide, high) < 2:
        return left + wide / 2, top + high / 2
    edges = list(pairwise([*points, points[0]]))
    tried = [
        (left + wide * (column + 0.5) / FINE, top + high * (row + 0.5) / FINE)
        for row in range(FINE)
        for column in range(FINE)
    ]
    inside = [point for point in tried if contains(edges, point)]
    if not inside:
        return left + wide / 2, top + high / 2
    return max(inside, key=lambda point: min(distance(point, *edge) for edge in edges))


def contains(edges, point):
    x, y = point
    crossed = [
        (x2 - x1) * (y - y1) / (y2 - y1) + x1 > x
        for (x1, y1), (x2, y2) in edges
        if (y1 > y) != (y2 > y)
    ]
    return sum(crossed) % 2 == 1


def distance(point, start, end):
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0
    along = min(1, max(0, along))
    return hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))


# --- the file ---


def shapes(path, code_of):
    """Code -> path of its outlines."""
    found = {}
    for country, rings in countries(path, code_of, holes=True):
        for ring in rings:
            code = next(
                (part for whole, is_in, part in SPLIT if whole == country and is_in(*ring[0])),
                country,
            )
            if code in LEFT_OUT:
                continue
            for piece in pieces(ring):
                points = in_whole_units(piece)
                if len(points) > 2 and area(points) >= SMALLEST:
                    found[code] = found.get(code, "") + as_path(points)
    return found


def positions(path, code_of):
    """Code -> [x, y] of its middle, in tenths of a unit's precision."""
    found, largest = {}, {}
    for code, rings in countries(path, code_of, holes=False):
        for piece in (piece for ring in rings for piece in pieces(ring)):
            size = area([placed(*point) for point in piece])
            if code and code not in LEFT_OUT and size > largest.get(code, -1):
                found[code], largest[code] = piece, size
    places = {code: middle(ring) for code, ring in found.items()}
    for code, (longitude, latitude) in PLACES.items():
        places[code] = placed(around(longitude), latitude)
    return {code: [round(x, 1), round(y, 1)] for code, (x, y) in sorted(places.items())}


def draw(outlines, fine):
    from django_countries import countries as iso

    code_of = {iso.numeric(code, padded=True): code for code, _name in iso}
    found = shapes(outlines, code_of)
    world = {
        "width": WIDTH,
        "height": HEIGHT,
        # Land whose code nobody can have.
        "land": found.pop("", ""),
        "shapes": dict(sorted(found.items())),
        "places": positions(fine, code_of),
    }
    FILE.write_text(json.dumps(world, separators=(",", ":"), indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    draw(*sys.argv[1:])
