"""Words on their way out of a text: where they stand, and what stands there afterwards.

Pure functions on Markdown. Whoever copies words from a page has them without the marks of Markdown;
whoever copies them from the source has the marks too. Both are found, also across the ends of lines
and behind the signs of a quotation. Capital letters count; how a letter with its accent is stored,
and where a word may be parted, does not. Markers that stand there already are left as they are.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from . import markup
from .models.contributions import MAX_CHARACTERS

# Signs that emphasise, and those that begin a line; between two words they may stand or not.
EMPHASIS = "*_~`"
# The end of a link behind its words. No sign is looked at twice, however the text is made.
LINK_END = r"\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)"
BETWEEN = rf"(?:[*_~`]|{LINK_END})*+\s[\s>#+*|_~`\[!-]*"
LINK = re.compile(rf"\[([^\[\]\n]*+){LINK_END}")
BEHIND_LINK = re.compile(LINK_END)
# Of a word the signs behind its last letter, in front of which a link may end.
TAIL = re.compile(r"(?<=\w)[^\w\s]+$")
# Words that consist of these alone begin a line or a cell.
MARKS = frozenset(">#-+*|_~`")
# A backslash in front of one of these is Markdown's.
PUNCTUATION = r"!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~"
ESCAPED = re.compile(rf"\\([{PUNCTUATION}])")
# Where the marker would make the longest text longer than a text can be, and where these would.
SHORT_MARKERS = ("[…]", "…")
SOFT_HYPHEN = "\u00ad"
# Stands for each sign of a marker where words are looked for; no tidy text has it.
TAKEN = "\0"
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


@cache
def known_markers():
    """What finds the markers of every language, also where a mail program has broken them."""
    markers = {marker_in(code) for code, _name in settings.LANGUAGES}
    return re.compile("|".join(spelled(folded(marker).split()) for marker in sorted(markers)))


class Passage:
    """The words that go."""

    def __init__(self, words):
        plain = folded(ESCAPED.sub(r"\1", markup.tidy(words)))
        said = LINK.sub(r"\1", plain)
        if not has_letters(said):
            said = plain
        self.parts = parts_of(said)
        # Whoever copies a link from the source means its address, too.
        spellings = dict.fromkeys([spelled(parts_of(plain)), spelled(self.parts)])
        self.pattern = re.compile("|".join(spellings))
        self.beside_markers = known_markers().sub(" ", " ".join(self.parts))
        self.has_marker = self.beside_markers != " ".join(self.parts)

    @property
    def letters(self):
        return sum(sign.isalnum() for sign in self.beside_markers)

    @cached_property
    def needle(self):
        """The longest part of it that stands as it is wherever the words stand, when folded."""
        return max(PLAIN.findall(" ".join(self.parts)), key=len, default="")

    @property
    def needles(self):
        """A text in which the words stand has one of these, folded or not."""
        return {self.needle, unicodedata.normalize("NFD", self.needle), SOFT_HYPHEN}

    def places(self, text, *, quoted):
        """(start, end) of each place in a tidy text; quoted: only inside of quotations"""
        seen = whole = folded(text)
        if self.needle not in seen or not self.letters:
            return []
        if not self.has_marker:
            seen = known_markers().sub(lambda match: TAKEN * len(match[0]), seen)
        found = [
            place
            for start, end in (quoted_parts(text, seen) if quoted else [(0, len(seen))])
            for place in self.places_between(seen, start, end)
        ]
        return found if whole == text else unfolded(text, found)

    def places_between(self, text, start, end):
        while match := self.pattern.search(text, start, end):
            place = with_its_link(text, *match.span(), first=start)
            yield place
            start = place[1]


def folded(text):
    """The same for the eye in one way to store it."""
    return unicodedata.normalize("NFC", text.replace(SOFT_HYPHEN, ""))


def unfolded(text, places):
    """Where these places of the folded text are in the text itself."""
    begins, ends, at = [], [], 0
    for group in groups_of(text):
        size, behind = len(folded(group)), at + len(group)
        alike = size == len(group)
        begins += range(at, behind) if alike else [at] * size
        ends += range(at + 1, behind + 1) if alike else [behind] * size
        at = behind
    return [(begins[start], ends[end - 1]) for start, end in places]


def groups_of(text):
    """A sign with everything behind it that may become one with it."""
    group = ""
    for sign in text:
        if group and not (
            sign == SOFT_HYPHEN
            or "\u1160" <= sign <= "\u11ff"
            or unicodedata.category(sign).startswith("M")
        ):
            yield group
            group = ""
        group += sign
    yield group


def has_letters(text):
    return any(sign.isalnum() for sign in text)


def parts_of(words):
    return [part.strip(EMPHASIS) for part in words.split() if set(part) - MARKS]


def spelled(parts):
    """The pattern of these parts with whatever may stand between them."""
    return BETWEEN.join(map(any_spelling, parts))


def with_its_link(text, start, end, *, first):
    """A link goes with its words where words beside it go, too."""
    words = text[start:end]
    if BEHIND_LINK.search(words) and text[max(first, start - 1) : start] == "[":
        start -= 1
    elif words.rfind("[") > words.rfind("]") and (rest := BEHIND_LINK.match(text, end)):
        end = rest.end()
    return start, end


def any_spelling(part):
    """A word with or without a backslash in front of its punctuation, and the end of a link."""
    tail = TAIL.search(part)
    if tail is None:
        return escaped_or_not(part)
    return rf"{escaped_or_not(part[: tail.start()])}(?:{LINK_END})?{escaped_or_not(tail[0])}"


def escaped_or_not(part):
    signs = (re.escape(sign) for sign in part)
    return "".join(
        rf"\\?{escaped}" if ESCAPED.match("\\" + sign) else escaped
        for sign, escaped in zip(part, signs, strict=True)
    )


def quoted_parts(text, seen):
    """(start, end) of each quotation, in characters of the folded text: it has the same lines."""
    begins = [0]
    for line in seen.split("\n"):
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
    for marker in (marker_in(language), *SHORT_MARKERS):
        rewritten = [replaced(text, places, marker) for text, places in found]
        if sum(map(len, rewritten)) <= MAX_CHARACTERS:
            break
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


def says_redacted(contribution, sections):
    """Does a new text say again what was redacted here, or quote what was redacted elsewhere?"""
    for one in contribution.redactions.select_related("of"):
        passage = Passage(one.words or (one.of.words if one.of else ""))
        quoted = one.of_id is not None
        if passage.letters and any(
            passage.places(markup.tidy(text), quoted=quoted) for text in sections
        ):
            return True
    return False
