"""The wordings of questions, as they are looked for: whole, and from sentence to sentence."""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from .distance import WORDS_FOR_A_CHANGE
from .words import Words, weight

# Fewer words than these are a question only as a whole, and where each of them is there.
FEWEST = 3
# Fewer than these are looked for as they are, unless they fill a line and ask.
SHORT = 5
# So many of the first words are looked up: three of them must be there, or two of a short question.
FIRST = 5

SENTENCE_END = re.compile(r"[?!؟。？！]|[.…]\s+(?=(\S))")


@dataclass(slots=True, eq=False)
class Pattern:
    """The words of a question, or those from one of its later sentences on."""

    question: int
    words: list
    # How many of its words may stand alone: up to the end of a sentence, or all of them.
    stops: list
    # Does it begin where the question begins?
    whole: bool
    weight: float
    # Word -> where it stands, as bits.
    places: dict

    @classmethod
    def of(cls, question, words, stops=(), *, whole=False):
        places = defaultdict(int)
        for place, word in enumerate(words):
            places[word] |= 1 << place
        stops = [*stops, len(words)]
        return cls(question, words, stops, whole, weight(words), dict(places))

    def size(self, taken):
        """So many of its words, counted as words whatever the script."""
        return taken * self.weight

    def changes(self, taken):
        """How many of so many words may be others."""
        return taken // WORDS_FOR_A_CHANGE if self.size(taken) >= SHORT else 0

    @property
    def longest(self):
        """So many words of a text may be this question."""
        return len(self.words) + len(self.words) // WORDS_FOR_A_CHANGE + 1


def patterns(questions):
    """Of every wording of every question. A sentence that two questions share means neither."""
    found = []
    owners = defaultdict(set)
    for number, (_key, wordings) in enumerate(questions):
        for wording in wordings:
            words, ends = sentences(wording)
            if not words:
                continue
            found.append((number, words, ends))
            for part in [words, *(words[:end] for end in ends), *(words[end:] for end in ends)]:
                owners[tuple(part)].add(number)

    def means_one(part):
        return len(part) * weight(part) >= FEWEST and len(owners[tuple(part)]) == 1

    for number, words, ends in found:
        stops = [end for end in ends if means_one(words[:end])]
        yield Pattern.of(number, words, stops, whole=True)
        for end in ends:
            if means_one(words[end:]):
                yield Pattern.of(number, words[end:])


# The questions of some discussions: every text that is sent is searched for them.
@lru_cache(maxsize=500)
def sentences(wording):
    """The words of a wording, and after how many of them a sentence ends before the last."""
    text = Words(wording)
    ends = {
        bisect_right(text.ends, end.start())
        for end in SENTENCE_END.finditer(wording)
        if not (end[1] and end[1].islower())
    }
    return text.words, sorted(ends - {0, len(text.words)})


class Index:
    """Patterns by their first words."""

    def __init__(self, found):
        self.patterns = list(found)
        # Word -> the patterns that have it among their first ones, as bits; those that are short.
        self.first, self.few = defaultdict(int), 0
        self.short = defaultdict(list)
        for number, pattern in enumerate(self.patterns):
            if pattern.size(len(pattern.words)) < FEWEST:
                self.short[tuple(pattern.words)].append(pattern)
            else:
                self.few |= (len(pattern.words) < SHORT) << number
                for word in set(pattern.words[:FIRST]):
                    self.first[word] |= 1 << number
        self.lengths = sorted({len(words) for words in self.short})

    def like(self, words, begin):
        """The patterns that begin as the words do from there on."""
        once = twice = thrice = 0
        for word in set(words[begin : begin + FIRST]):
            there = self.first.get(word, 0)
            thrice |= twice & there
            twice |= once & there
            once |= there
        left, found = thrice | (twice & self.few), []
        while left:
            lowest = left & -left
            found.append(self.patterns[lowest.bit_length() - 1])
            left ^= lowest
        for length in self.lengths:
            found += self.short.get(tuple(words[begin : begin + length]), ())
        return found
