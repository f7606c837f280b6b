"""What stands around a question on its line: marks, quotation marks, numbers, the key."""

import re

from .words import UNSPACED

SPACE = r"[^\S\n]"

# Before it: of lists, headings, quotations, emphasis.
MARKS = re.compile(rf"(?:{SPACE}|[>#*_~•·◦▪–—\-\"'“”„«»‘’‹›「『《（(\[¿¡])*")
# A table or code.
NO_MARKS = frozenset("|`")
QUOTATION = frozenset("\"'“„«‘‹「『《")
# These begin something new, whatever the line before them says.
APART = frozenset("#*•·◦▪–—-")

# Behind its last word; the dash leads to the answer.
CLOSING = r"(?:[*_\"'”»’“›」』》）)\]]|[^\S\n]»)*"
CLOSE = re.compile(
    rf"(?:{CLOSING}{SPACE}{{0,2}}(?:[?!…؟。？！：]|[.:](?!\w)))*{CLOSING}(?:{SPACE}+[-–—]+(?=\s|\Z))?"
)
ASKING = frozenset("?؟？")
ENDING = re.compile(rf"[?!…؟。？！：.:]|{SPACE}[-–—]")
LINE_END = re.compile(rf"{SPACE}*(?:\n(?P<more>{SPACE}*[^\s])?|\Z)")

# A sentence goes on behind one of these, and where a full line ends with a letter.
CLAUSE_END = frozenset(",;،؛，；、(«“„")
FULL_LINE = 40

# What people call a question when they number it.
CALLED_BY_SIGN = "问题|問題|第"
CALLED = f"questions?|q|pregunta|pergunta|frage|вопрос|(?:ال)?سؤال|{CALLED_BY_SIGN}"


def one_of(keys):
    """A regular expression for these keys; the longest first, since one may begin another."""
    return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True)) or r"(?!)"


def label_of(keys):
    """Matches what stands before the words of a question: “1.”, “a)”, “Q1:”, “Question 1 –”."""
    space = rf"{SPACE}{{0,2}}"
    marks = r"[*_\"”»]*[.):：．、）\]\-–—][.):：．、）\]\-–—*_\"”»]*"
    number = (
        rf"(?:{CALLED}){space}(?:n[.°ºo]{{0,3}}|№|#)?{space}\d{{1,3}}|(?:{CALLED_BY_SIGN})\w{{1,3}}"
    )
    alone = rf"(?:{number}|{one_of(keys)}|\d{{1,2}})(?=\s|\Z|[{UNSPACED}])|[①-⑳]"
    word = rf"(?:{CALLED})(?:{SPACE}{{1,2}}\w{{1,12}})?|[ivx]{{1,4}}|[^\W\d_]"
    return re.compile(
        rf"(?:{number}|{one_of(keys)}|\d{{1,2}}|{word}){space}{marks}|{alone}", re.IGNORECASE
    )


def key_line_of(keys):
    """Matches a key that stands for its question: “Q2:”, “**Q2** –”, or alone on its line."""
    dash = rf"{SPACE}+[-–—]+(?=\s)(?!{SPACE}*(?:{one_of(keys)})(?!\w))"
    mark = rf"[:：）．、)]|\.(?!\w)|{dash}|{SPACE}*(?=\n|\Z)"
    return re.compile(rf"(?P<key>{one_of(keys)}){CLOSING}(?:{mark}){CLOSING}", re.IGNORECASE)


def goes_on(before, begins, *, apart):
    """Does a line go on with the sentence of the line before it? begins: the sign it begins with"""
    before = before.rstrip()
    if not before or apart:
        return False
    if before[-1] in CLAUSE_END:
        return True
    return len(before) >= FULL_LINE and before[-1].isalnum() and not begins.isupper()
