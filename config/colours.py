"""From one accent to every colour that the site makes of it, light and dark.

Lightness is moved in OKLCH, where equal steps look equal and the hue stays what it was; contrasts
are those of WCAG 2, of the very colours that are sent.
"""

import re
from math import atan2, cos, hypot, sin

HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)

# What words in the accent stand on; static/css/base.css has the same, a test compares.
WHITE = "#ffffff"
PAPER = {"light": "#ffffff", "dark": "#14181c"}
RAISED = {"light": "#f6f5f1", "dark": "#1c2227"}
# For words of any size (WCAG 2.2, 1.4.3); a focus ring needs 3, and has the same colour.
READABLE = 4.5

STEP = 0.004
# How light and how colourful: what stands out on dark paper (whatever its hue, at 6:1 or more), and
# what shimmers through behind text.
ON_DARK = (0.78, 0.11)
INK_ON_DARK = (0.2, 0.025)
FAINT = {"light": (0.945, 0.016), "dark": (0.285, 0.028)}
# So much darker, or lighter on dark paper, is what a pointer rests on.
STRONGER = 0.09


def normal(text):
    """#rrggbb in small letters, or None if it is no such colour."""
    if not HEX.fullmatch(text):
        return None
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def palette(accent):
    """The name of each colour of the stylesheet -> the colour.

    accent: one that reads on light paper (nearest_readable)
    """
    lightness, chroma, hue = to_oklch(accent)

    def tone(light, most):
        return from_oklch(light, min(chroma, most), hue)

    faint = until(
        lambda light: tone(light, FAINT["light"][1]),
        FAINT["light"][0],
        STEP,
        lambda colour: contrast(accent, colour) >= READABLE,
    )
    return {
        "accent-light": accent,
        "accent-light-strong": from_oklch(max(0, lightness - STRONGER), chroma, hue),
        "accent-light-ink": WHITE,
        "accent-light-faint": faint,
        "accent-dark": tone(*ON_DARK),
        "accent-dark-strong": tone(ON_DARK[0] + STRONGER, ON_DARK[1]),
        "accent-dark-ink": tone(*INK_ON_DARK),
        "accent-dark-faint": tone(*FAINT["dark"]),
    }


def on_light(colour):
    """Its lowest contrast with what words stand on, where it is light."""
    return min(contrast(colour, PAPER["light"]), contrast(colour, RAISED["light"]))


def nearest_readable(colour):
    """The same hue, as much darker as it must be to be read on light paper."""
    lightness, chroma, hue = to_oklch(colour)
    return until(
        lambda light: from_oklch(light, chroma, hue),
        lightness,
        -STEP,
        lambda found: on_light(found) >= READABLE,
    )


def until(make, start, step, fits):
    """The first colour that fits, from a lightness on, step by step; at the last it is black or
    white."""
    light = start
    while not fits(make(light)) and 0 < light < 1:
        light = min(1, max(0, light + step))
    return make(light)


# --- contrast (WCAG 2) ---


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour):
    """Red, green and blue as amounts of light, from 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


# --- OKLCH (Björn Ottosson's matrices) ---


def to_oklch(colour):
    """Lightness (0 to 1), chroma, hue (in radians)."""
    red, green, blue = linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, hypot(a, b), atan2(b, a)


def from_oklch(lightness, chroma, hue):
    """As #rrggbb; what no screen can show loses of its chroma, never of its lightness and hue."""
    least, most = 0.0, chroma
    parts = to_linear(lightness, most, hue)
    if not on_screen(parts):
        for _halving in range(20):
            between = (least + most) / 2
            if on_screen(to_linear(lightness, between, hue)):
                least = between
            else:
                most = between
        parts = to_linear(lightness, least, hue)
    return "#" + "".join(f"{round(255 * encoded(part)):02x}" for part in parts)


def to_linear(lightness, chroma, hue):
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def on_screen(parts):
    return all(-0.0001 <= part <= 1.0001 for part in parts)


def encoded(part):
    """An amount of light as sRGB writes it, from 0 to 1."""
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
