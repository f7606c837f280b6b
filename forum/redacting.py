"""Words on their way out of a text: where they stand, and what stands there afterwards.

Pure functions on Markdown. Whoever copies words from a page has them without the marks of Markdown;
whoever copies them from the source has the marks too. Both are found, also across the ends of lines
and behind the signs of a quotation. Capital letters count.
"""

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from . import markup
from .models.contributions import MAX_CHARACTERS

# Signs that emphasise, and those that begin a line; between two words they may stand or not.
EMPHASIS = "*_~`"
BETWEEN = r"[*_~`]*\s[\s>#+*|_~`-]*"
# Words that consist of these alone begin a line or a cell.
MARKS = frozenset(">#-+*|_~`")
# A backslash in front of one of these is Markdown's.
PUNCTUATION = r"!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~"
ESCAPED = re.compile(rf"\\([{PUNCTUATION}])")
# Where the marker would make the longest text longer than a text can be.
SHORT_MARKER = "…"
# So many signs are shown around what a moderator is about to take out.
AROUND = 40
# What databases can look for: of letters and digits alone, since marks may stand between others.
PLAIN = re.compile(r"[^\W_]+")


def marker_in(language):
    """What stands in the place of the words, in the language of a text.

    Anybody can type it. That a moderator has redacted something is said outside of the text.
    """
    with translation.override(language):
        return _("[redacted by a moderator]")


class Passage:
    """The words that go."""

    def __init__(self, words):
        plain = ESCAPED.sub(r"\1", markup.tidy(words))
        self.parts = [part.strip(EMPHASIS) for part in plain.split() if set(part) - MARKS]
        self.pattern = re.compile(BETWEEN.join(map(any_spelling, self.parts)))

    @property
    def letters(self):
        return sum(sign.isalnum() for part in self.parts for sign in part)

    @cached_property
    def needle(self):
        """The longest part of it that stands as it is wherever the words stand."""
        return max(PLAIN.findall(" ".join(self.parts)), key=len, default="")

    def places(self, text, *, quoted):
        """(start, end) of each place in a tidy text; quoted: only inside of quotations"""
        if self.needle not in text:
            return []
        return [
            match.span()
            for start, end in (quoted_parts(text) if quoted else [(0, len(text))])
            for match in self.pattern.finditer(text, start, end)
        ]


def any_spelling(part):
    """A word with or without a backslash in front of its punctuation."""
    signs = (re.escape(sign) for sign in part)
    return "".join(
        rf"\\?{escaped}" if ESCAPED.match("\\" + sign) else escaped
        for sign, escaped in zip(part, signs, strict=True)
    )


def quoted_parts(text):
    """(start, end) of each quotation, in characters."""
    begins = [0]
    for line in text.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    return [(begins[start], begins[end] - 1) for start, end in markup.quotations(text)]


@dataclass(frozen=True)
class Hit:
    """A place where the words stand, with what is around them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Rewritten:
    """A text in several sections, without the words."""

    sections: list
    hits: list


def without(passage, sections, language, *, quoted=False):
    """These sections with a marker for each place at which the words stand.

    quoted: only inside of quotations
    """
    found = []
    for text in sections:
        tidy = markup.tidy(text)
        places = passage.places(tidy, quoted=quoted)
        found.append((tidy if places else text, places))
    marker = marker_in(language)
    rewritten = [replaced(text, places, marker) for text, places in found]
    if sum(map(len, rewritten)) > MAX_CHARACTERS:
        rewritten = [replaced(text, places, SHORT_MARKER) for text, places in found]
    return Rewritten(rewritten, [hit(text, *place) for text, places in found for place in places])


def replaced(text, places, marker):
    parts, done = [], 0
    for start, end in places:
        # "[…](" would begin a link.
        is_link = marker.endswith("]") and text.startswith("(", end)
        parts += [text[done:start], marker, " " if is_link else ""]
        done = end
    return "".join([*parts, text[done:]])


def hit(text, start, end):
    return Hit(text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])
