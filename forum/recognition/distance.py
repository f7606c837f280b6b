"""How many words of a question somebody has left out or replaced, and how many they have added.

The usual table of edit distances has a row for each word of the question and a column for each word
of the text. A whole column is kept in two numbers, whose bits say where it rises by one from row to
row and where it falls: so a word costs a handful of operations, however long the question is (Myers
1999, in the form of Hyyrö 2003).
"""

from typing import NamedTuple

# Of so many words one may be left out, added or replaced.
WORDS_FOR_A_CHANGE = 5
# What is far from the question after so many words will not come near it again.
FIRST_CHECKED = 2
CHECKED_EVERY = 8


class Column(NamedTuple):
    """After so many words of the text."""

    said: int
    rises: int
    falls: int

    def begins_alike(self, length):
        """Of the first words one may be another or too many; what is missing is no other word."""
        return any(
            changes <= 1 or changes == taken - self.said for taken, changes in self.near(length, 2)
        )

    def near(self, length, spare=1):
        """Numbers of first words of the question that may be those of the text, each with their
        changes. In the middle some to spare are allowed: they may stand close together."""
        most = spare + self.said // WORDS_FOR_A_CHANGE
        said, rises, falls = self
        found = []
        for taken in range(max(1, said - most), min(length, said + most) + 1):
            above = (1 << taken) - 1
            changes = said + (rises & above).bit_count() - (falls & above).bit_count()
            if changes <= most:
                found.append((taken, changes))
        return found


def columns(places, length, words, wanted):
    """The columns after those numbers of words that are wanted, as long as they are near.

    places: word of the question -> where it stands in it, as bits; length: its number of words
    """
    all_rows = (1 << length) - 1
    rises, falls = all_rows, 0
    for said, word in enumerate(words, start=1):
        same = places.get(word, 0)
        stays = same | falls
        across = (((same & rises) + rises) ^ rises) | same
        up = ((falls | (all_rows & ~(across | rises))) << 1) | 1
        down = (rises & across) << 1
        rises = (down | ~(stays | up)) & all_rows
        falls = up & stays & all_rows
        column = Column(said, rises, falls)
        if said == FIRST_CHECKED and not column.begins_alike(length):
            return
        if not said % CHECKED_EVERY and not column.near(length):
            return
        if said in wanted:
            yield column
