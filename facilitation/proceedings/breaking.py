"""Where words that are too long for their line may be broken on paper.

Scripts written without spaces are left alone: typst knows where their lines may end.
"""

import re
from itertools import zip_longest

# Nothing to be seen, but a line may end here.
BREAK = "\u200b"
# A longer word may not fit into a line of text, and gets a break after so many signs.
LONGEST, STEP = 30, 10
# Thai to Burmese, Khmer, Chinese, Japanese and Korean.
UNSPACED = (
    "\u0e00-\u109f\u1780-\u17ff\u2e80-\u2fff\u3040-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Typst breaks these by itself.
ADDRESS = r"https?://[A-Za-z0-9./?=&%#:+_~-]+"
# What belongs to the sign before it: marks, joiners and the colours of pictographs.
ATTACHED = "\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200b-\u200d\ufe00-\ufe0f" + (
    "\U0001f3fb-\U0001f3ff"
)
TOO_LONG = re.compile(rf"{ADDRESS}|[^\s{UNSPACED}]{{{LONGEST + 1},}}")
# In points: how wide a line is, and how wide a sign is for each of the size of its letters.
LINE, SIGN = 374, 0.65
# Up to so many columns: the size of their letters, and the space on each side of a cell.
SIZES = ((6, 9, 6), (10, 7.5, 3), (20, 6.5, 2))
LEAST = (4, 1)


def breakable(text):
    return TOO_LONG.sub(lambda match: broken(match[0], STEP), text)


def broken(word, step):
    if step == STEP and re.fullmatch(ADDRESS, word):
        return word
    return re.sub(rf"(.{{{step}}})(?![{ATTACHED}]|$)(?<!\u200d)", rf"\1{BREAK}", word, flags=re.S)


def measures(columns):
    """(size of letters, space on each side of a cell) of a table."""
    return next((rest for most, *rest in SIZES if columns <= most), LEAST)


def fits_as_it_is(rows):
    """Does a table need no breaks but those between words? rows: the texts of their cells"""
    columns = list(zip_longest(*rows, fillvalue=""))
    size, inset = measures(len(columns))
    widths = (max(map(len, column)) * SIGN * size + 2 * inset for column in columns)
    return sum(widths) <= LINE


def breakable_in_cell(text, columns):
    """Breaks after each sign of words that do not fit where all columns are equally wide."""
    size, inset = measures(columns)
    fits = max(1, min(LONGEST, int((LINE / columns - 2 * inset) / (SIGN * size))))
    return re.sub(rf"[^\s{UNSPACED}]{{{fits + 1},}}", lambda match: broken(match[0], 1), text)
