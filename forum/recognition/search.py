"""One text, searched line by line for questions."""

import re
from bisect import bisect_left
from typing import NamedTuple

from .distance import columns
from .labels import (
    APART,
    ASKING,
    CLOSE,
    ENDING,
    LINE_END,
    MARKS,
    NO_MARKS,
    QUOTATION,
    goes_on,
    key_line_of,
    label_of,
)
from .patterns import FEWEST, SHORT, Index, Pattern, patterns
from .words import Words

LINE = re.compile(r"[^\n]+")

# Hostile texts end the search by this; honest ones need a fraction of it.
MOST_STEPS = 60_000
STEPS_TO_COMPARE = 8
# A question may be broken into so many lines.
MOST_LINES = 10
# One wrong word counts as much as so many right ones: better half a question than a swallowed
# answer.
CHANGE_COSTS = 3
# “1. Q1: What…”
MOST_LABELS = 2
# The second half of a question may come without so many of its first words: “and”, “et pour”.
MOST_SKIPPED = 2
ARABIC_AND = "و"
# Marks behind a question in quotation marks that lead to its answer.
LEADING_ON = frozenset("-–—:：")


class Found(NamedTuple):
    """Where the words of a question stand in a text, with the marks around them."""

    key: str
    start: int
    end: int
    # Are they its own words, or nearly so?
    exact: bool


class Head(NamedTuple):
    """Where on a line a question may begin: the number of its first word."""

    word: int
    quoted: bool


class Place(NamedTuple):
    """Where a question may end: behind the marks that follow its last word."""

    end: int
    asks: bool
    # A mark or a paragraph ends here, not a line alone.
    strong: bool
    line_ends: bool


class Reading(NamedTuple):
    """From a word on: the patterns that begin alike, and the places where they may end."""

    word: int
    patterns: list
    places: dict


class Match(NamedTuple):
    """So many words of a pattern, with so many changes, up to a place."""

    pattern: Pattern
    taken: int
    changes: int
    place: Place


class Search:
    def __init__(self, text, questions):
        self.text = text
        self.words = Words(text)
        self.keys = [key for key, _wordings in questions]
        self.index = Index(patterns(questions))
        self.longest = max((pattern.longest for pattern in self.index.patterns), default=0)
        self.label, self.key_line = label_of(self.keys), key_line_of(self.keys)
        self.places = {}
        self.steps = MOST_STEPS
        # The question before this line; what is missing of it, where only its beginning was there;
        # and that beginning, where it counts only once the rest is found.
        self.last, self.rest, self.half = -1, [], None

    def run(self):
        found, before, done = [], "", 0
        for line in LINE.finditer(self.text) if self.keys else ():
            start, end = line.span()
            # Behind an empty line, or right behind a question, nothing goes on.
            follows = done < start and self.text[start - 2 : start - 1] != "\n"
            if start >= done and not line[0].isspace():
                found += self.on_line(start, end, before if follows else "")
                done = found[-1].end if found else 0
            before = self.text[max(start, done) : end]
        return found

    # --- one line ---

    def on_line(self, start, line_end, before):
        """The question that begins on this line, in a list; with it the half that stood before."""
        readings = [self.reading(head) for head in self.heads(start, line_end, before)]
        key = self.key_line.match(self.text, MARKS.match(self.text, start).end())
        named = self.number_of(key["key"]) if key else None
        if match := max(self.matches(readings), key=self.rank, default=None):
            return self.take(match, start)
        half = max(self.halves(readings), key=self.rank, default=None)
        if half and half.pattern.question == named:
            return self.take(half, start)
        if named is not None:
            self.last, self.rest, self.half = named, [], None
            return [Found(self.keys[named], start, key.end(), True)]
        if half:
            self.remember(half)
            self.half = self.found(half, start)
        return []

    def number_of(self, key):
        return [known.casefold() for known in self.keys].index(key.casefold())

    def heads(self, start, line_end, before):
        """Behind the marks at the beginning of a line, and behind each label that follows."""
        position = MARKS.match(self.text, start).end()
        marks = self.text[start:position]
        word = bisect_left(self.words.begins, position)
        begins = self.words.begins[word : word + 1]
        if begins and begins[0] < line_end and self.text[position] not in NO_MARKS:
            apart = not APART.isdisjoint(marks)
            if not goes_on(before, self.text[begins[0]], apart=apart):
                yield Head(word, not QUOTATION.isdisjoint(marks))
        for _label in range(MOST_LABELS):
            label = self.label.match(self.text, position)
            if not label:
                return
            position = MARKS.match(self.text, label.end()).end()
            marks += self.text[label.end() : position]
            word = bisect_left(self.words.begins, position)
            yield Head(word, not QUOTATION.isdisjoint(marks))

    def take(self, match, start):
        found = [self.found(match, start)]
        if self.half and match.pattern in self.rest:
            found.insert(0, self.half)
        self.last, self.half = match.pattern.question, None
        self.remember(match)
        return found

    def found(self, match, start):
        key = self.keys[match.pattern.question]
        return Found(key, start, match.place.end, match.changes == 0)

    def remember(self, match):
        """What is missing of a question that was there only in part; it may begin without its
        “and”."""
        pattern = match.pattern
        rest = pattern.words[match.taken :] if pattern.whole else []
        ways = [rest[skipped:] for skipped in range(min(MOST_SKIPPED + 1, len(rest)))]
        if rest and rest[0].startswith(ARABIC_AND):
            ways.append([rest[0].removeprefix(ARABIC_AND), *rest[1:]])
        self.rest = [Pattern.of(pattern.question, words) for words in ways]

    # --- what stands there ---

    def rank(self, match):
        """More of a question is better, and of two that are alike the one whose turn it is."""
        order = (match.pattern.question - self.last - 1) % len(self.keys)
        return match.taken - CHANGE_COSTS * match.changes, -match.changes, -order

    def reading(self, head):
        """What may begin there and where it may end."""
        patterns = self.index.like(self.words.words, head.word) if self.steps > 0 else []
        patterns += self.rest
        return Reading(head.word, patterns, self.places_from(head) if patterns else {})

    def matches(self, readings):
        """Questions that stand there word for word; where there are none, those that nearly do."""
        ways = [(pattern, reading) for reading in readings for pattern in reading.patterns]
        same = [match for pattern, reading in ways if (match := self.same(pattern, reading))]
        return same or [
            match
            for pattern, reading in ways
            for match in self.alike(pattern, reading)
            if self.is_enough(match)
        ]

    def same(self, pattern, reading):
        """All words of a pattern."""
        begin, length = reading.word, len(pattern.words)
        place = reading.places.get(length)
        if place and self.words.words[begin : begin + length] == pattern.words:
            match = Match(pattern, length, 0, place)
            return match if self.is_enough(match) else None
        return None

    def alike(self, pattern, reading):
        """The ways in which the words there may be those of a pattern, with few changes."""
        if self.steps < 0:
            return
        length = len(pattern.words)
        end = reading.word + min(max(reading.places, default=0), pattern.longest)
        words = self.words.words[reading.word : end]
        self.steps -= STEPS_TO_COMPARE
        before, least = 0, 0
        for column in columns(pattern.places, length, words, reading.places):
            self.steps -= STEPS_TO_COMPARE
            near = column.near(length)
            now = min((changes for _taken, changes in near), default=column.said)
            if now - least == column.said - before:
                # Nothing since the place before is the question's: it is an answer.
                return
            before, least = column.said, now
            for taken, changes in near:
                yield Match(pattern, taken, changes, reading.places[column.said])

    def is_enough(self, match):
        """Is so much of a pattern, with so many changes, the question, or a part that may stand for
        it?"""
        pattern, taken, changes, place = match
        size, all_of_it = pattern.size(taken), taken == len(pattern.words)
        if pattern in self.rest:
            alone = size >= FEWEST or place.line_ends
            return all_of_it and alone and changes <= pattern.changes(taken)
        if changes == 1 and all_of_it and pattern.whole and FEWEST <= size < SHORT:
            return place.asks and place.line_ends
        if changes > pattern.changes(taken):
            return False
        half = pattern.whole and place.strong and size >= SHORT and 2 * taken >= len(pattern.words)
        return taken in pattern.stops or (half and changes <= pattern.changes(taken) // 2)

    def halves(self, readings):
        """The exact beginnings of questions, too little to count alone."""
        for reading in readings:
            self.steps -= len(reading.patterns) * len(reading.places)
            for pattern in reading.patterns:
                for taken, place in reading.places.items():
                    said = self.words.words[reading.word : reading.word + taken]
                    is_enough = pattern.whole and pattern.size(taken) >= FEWEST
                    if is_enough and said == pattern.words[:taken]:
                        yield Match(pattern, taken, 0, place)

    # --- where it may end ---

    def places_from(self, head):
        """Where a question that begins there may end, in its paragraph: the number of words that
        lead there -> the place."""
        places, lines = {}, 0
        for last in range(head.word, min(head.word + self.longest, len(self.words.words))):
            self.steps -= 1
            place = self.place_behind(last)
            if place and not (head.quoted and self.is_mentioned(place)):
                places[last + 1 - head.word] = place
            breaks = self.breaks_behind(last)
            lines += breaks
            if breaks > 1 or lines > MOST_LINES or self.steps < 0:
                break
        return places

    def breaks_behind(self, last):
        """How many lines end between a word and the next."""
        following = self.words.begins[last + 1 : last + 2] or [len(self.text)]
        return self.text.count("\n", self.words.ends[last], following[0])

    def place_behind(self, last):
        """The place behind a word, or None where no question can end."""
        if last not in self.places:
            close = CLOSE.match(self.text, self.words.ends[last])
            line_end = LINE_END.match(self.text, close.end())
            strong = bool(ENDING.search(close[0]) or (line_end and not line_end["more"]))
            asks = not ASKING.isdisjoint(close[0])
            place = Place(close.end(), asks, strong, bool(line_end))
            self.places[last] = place if strong or line_end else None
        return self.places[last]

    def is_mentioned(self, place):
        """Does a sentence go on behind a question in quotation marks?"""
        if place.line_ends:
            return False
        following = self.text[place.end : place.end + 2].lstrip()[:1]
        leads_on = self.text[place.end - 1] in LEADING_ON
        return not (leads_on or following.isupper() or following.isdigit())
