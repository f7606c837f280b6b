"""Guiding questions that somebody has pasted into a general text, with an answer below each.

Pure functions: no database, no forms. A text becomes words without case, accents
and punctuation. At the start of each line, behind whatever marks and numbers, its words are
compared with the wordings of the questions that begin alike; where they differ little, up to a
place at which a question may end, that question stands there.
"""

from textwrap import dedent

from .search import Found, Search

__all__ = ["Found", "find", "split"]


def find(text, questions):
    """Where questions stand in a text: a list of Found, in its order.

    questions: a list of (key, its wordings in all languages)
    """
    return Search(text, questions).run() if text.strip() else []


def split(text, questions):
    """What a text says to which question: a list of (key, passage), in its order.

    The questions themselves are left out, and so are passages without words. What stands before the
    first question has the key "". A question may come more than once; without any it is [].
    """
    found = find(text, questions)
    begins = [0, *(one.end for one in found)]
    ends = [*(one.start for one in found), len(text)]
    keys = ["", *(one.key for one in found)]
    passages = [
        (key, tidy(text[begin:end])) for key, begin, end in zip(keys, begins, ends, strict=True)
    ]
    return [(key, passage) for key, passage in passages if passage] if found else []


def tidy(passage):
    """Without empty lines around it, nor the spaces that made it a part of a list."""
    first, line_end, others = passage.partition("\n")
    return f"{first.strip()}{line_end}{dedent(others)}".strip("\n").rstrip()
