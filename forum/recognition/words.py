"""A text as words that can be compared: without case, accents, vowel marks and punctuation."""

import re
import unicodedata

# Scripts that put no spaces between words: there each sign counts as a word.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Such a sign is about half a word.
SIGN = 0.5

TATWEEL = "\u0640"
# In the place of a sign that belongs to the word around it and says nothing.
SILENT = "\0"

WORD = re.compile(rf"[{UNSPACED}]\0*|[^\W{UNSPACED}](?:[^\W{UNSPACED}]|\0)*")
UNSPACED_SIGN = re.compile(f"[{UNSPACED}]")


class Plain(dict):
    """For str.translate(): one sign for each sign, so that every word keeps its place."""

    def __missing__(self, code):
        self[code] = plain(chr(code))
        return self[code]


def plain(sign):
    """A letter or digit as it is compared; SILENT, or a space for whatever separates words."""
    category = unicodedata.category(sign)
    if category in {"Mn", "Mc", "Me", "Cf"} or sign == TATWEEL:
        return SILENT
    if category == "No":
        # ①, ² and the like belong to no word.
        return " "
    parts = unicodedata.normalize("NFKD", sign).casefold()
    bare = [part for part in parts if not unicodedata.combining(part)]
    if len(bare) == 1 and bare[0].isalnum():
        return bare[0]
    return sign if sign.isalnum() else " "


class Words:
    """The words of a text, in order, and where each begins and ends."""

    def __init__(self, text):
        found = list(WORD.finditer(text.translate(Plain())))
        self.words = [word[0].replace(SILENT, "") for word in found]
        self.begins = [word.start() for word in found]
        self.ends = [word.end() for word in found]


def weight(words):
    """How much of a word each of these is, by the script that they begin with."""
    return SIGN if words and UNSPACED_SIGN.match(words[0]) else 1
