"""The kinds of values in an archive file: each reads a value or refuses it, and writes it again."""

import copy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.core.exceptions import ValidationError

from ..models.discussions import FIRST_DATE, LAST_DATE

# What no database keeps and no page shows: NUL, and halves of characters.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# A line about a value that does not fit shows this much of it.
SHOWN = 80

REQUIRED = object()


class ArchiveError(Exception):
    """The file cannot be loaded: one line that says where and why."""

    def __init__(self, place, words):
        line = " ".join(f"{place}: {words}".removeprefix(": ").split())
        super().__init__("".join(char if char.isprintable() else "�" for char in line))


def shown(value):
    return f"“{value[:SHOWN]}…”" if len(value) > SHOWN else f"“{value}”"


def named(value):
    """What JSON calls it."""
    if value is None:
        return "null"
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(next((kind for kind in names if isinstance(value, kind)), None), "a number")


def inside(place, key):
    return f"{place}.{key}" if place else key


def no_bar(items, *, total):
    """The progress that nobody watches."""
    return items


class Kind:
    def read(self, value, place):
        """The value as Python has it; raises ArchiveError."""
        raise NotImplementedError

    def write(self, value, moment):
        """The value as JSON has it. `moment` makes a text of a date."""
        return value


class Text(Kind):
    """Words, kept character for character."""

    def __init__(self, *, required=False):
        self.required = required

    def read(self, value, place):
        if not isinstance(value, str):
            raise ArchiveError(place, f"a text is expected here, not {named(value)}")
        if found := UNSTORABLE.search(value):
            raise ArchiveError(place, f"it contains the character U+{ord(found[0]):04X}")
        if self.required and not value.strip():
            raise ArchiveError(place, "it is empty")
        return value


class Column(Text):
    """A text as a column of the record takes it: its length and its validators.

    `line` is for what stands in headings and subjects of mails; what people say of themselves is
    taken as it is, since the forms of a site take it too.
    """

    def __init__(self, model, name, *, line=False):
        self.field, self.line = model._meta.get_field(name), line
        super().__init__(required=not self.field.blank)

    def read(self, value, place):
        value = super().read(value, place)
        longest = self.field.max_length
        if longest and len(value) > longest:
            raise ArchiveError(place, f"it has {len(value)} characters; at most {longest} fit")
        if self.line and ("\n" in value or "\r" in value):
            raise ArchiveError(place, "it must be one line")
        if refusal := self.refusal(value):
            raise ArchiveError(place, refusal)
        return value

    def refusal(self, value):
        return why_not(self.field, value)


@lru_cache(maxsize=5000)
def why_not(field, value):
    """What the column's validators say against a value: most values come many times."""
    try:
        field.clean(value, None)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


class Country(Column):
    """The two capital letters alone: countries are counted and compared by them."""

    def refusal(self, value):
        if value != value.upper():
            return f"{shown(value)} must be written in capital letters"
        return super().refusal(value)


class Address(Column):
    """An e-mail address, also with letters that the column's own validator does not know: accounts
    may have it."""

    SHAPE = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")

    def refusal(self, value):
        if super().refusal(value) and not self.SHAPE.fullmatch(value):
            return f"{shown(value)} is not an e-mail address"
        return ""


class Choice(Text):
    def __init__(self, choices):
        self.choices = [str(choice) for choice in choices]
        super().__init__()

    def read(self, value, place):
        value = super().read(value, place)
        if value not in self.choices:
            raise ArchiveError(place, f"{shown(value)} is not one of {', '.join(self.choices)}")
        return value


class Moment(Kind):
    """A date and time with its offset; an instant, whatever zone it is written in."""

    def read(self, value, place):
        if not isinstance(value, str):
            raise ArchiveError(place, f"a date and time is expected here, not {named(value)}")
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            example = "2022-11-07T09:30:00+01:00"
            raise ArchiveError(
                place, f"{shown(value)} is not a date and time like {example}"
            ) from None
        if at.tzinfo is None:
            raise ArchiveError(
                place, f"{shown(value)} has no offset: end it with Z, +01:00 or the like"
            )
        if not FIRST_DATE <= at < LAST_DATE:
            years = f"{FIRST_DATE.year} and {LAST_DATE.year - 1}"
            raise ArchiveError(place, f"the year {at.year} is not between {years}")
        return at.astimezone(UTC)

    def write(self, value, moment):
        return moment(value)


class Whole(Kind):
    """A whole number."""

    def __init__(self, lowest, highest):
        self.lowest, self.highest = lowest, highest

    def read(self, value, place):
        if not isinstance(value, int) or isinstance(value, bool):
            what = "this one" if isinstance(value, float) else named(value)
            raise ArchiveError(place, f"a whole number is expected here, not {what}")
        if not self.lowest <= value <= self.highest:
            raise ArchiveError(place, f"the number must be from {self.lowest} to {self.highest}")
        return value


class Flag(Kind):
    def read(self, value, place):
        if not isinstance(value, bool):
            raise ArchiveError(place, f"true or false is expected here, not {named(value)}")
        return value


class Plain(Kind):
    """Whatever JSON has, without what a database refuses."""

    DEEPEST = 8
    LARGEST = 2**63 - 1

    def read(self, value, place, depth=1):
        if depth > self.DEEPEST:
            raise ArchiveError(place, "it is nested too deeply")
        if isinstance(value, str):
            Text().read(value, place)
        elif isinstance(value, dict):
            refuse_doubled(value, place)
            for key, part in value.items():
                Text().read(key, place)
                self.read(part, inside(place, key), depth + 1)
        elif isinstance(value, list):
            for index, part in enumerate(value):
                self.read(part, f"{place}[{index}]", depth + 1)
        elif isinstance(value, int | float) and not abs(value) <= self.LARGEST:
            raise ArchiveError(place, "the number is too large")
        return value


class Details(Kind):
    """What an entry of the log says beside the act: texts, numbers, and lists of texts by name."""

    def read(self, value, place):
        Plain().read(value, place)
        if not isinstance(value, dict):
            raise ArchiveError(place, f"an object is expected here, not {named(value)}")
        for key, part in value.items():
            texts = isinstance(part, list) and all(isinstance(item, str) for item in part)
            if not texts and isinstance(part, list | dict):
                words = f"a text, a number or a list of texts is expected here, not {named(part)}"
                raise ArchiveError(inside(place, key), words)
        return value


class ByLanguage(Kind):
    """Texts, each under the code of its language; written in the order of the codes."""

    def __init__(self, code, text):
        self.code, self.text = code, text

    def read(self, value, place):
        if not isinstance(value, dict):
            raise ArchiveError(place, f"an object is expected here, not {named(value)}")
        refuse_doubled(value, place)
        return {
            self.code.read(code, inside(place, code[:SHOWN])): self.text.read(
                text, inside(place, code[:SHOWN])
            )
            for code, text in value.items()
        }

    def write(self, value, moment):
        return dict(sorted(value.items()))


class List(Kind):
    def __init__(self, kind, *, most=None):
        self.kind, self.most = kind, most

    def read(self, value, place):
        if not isinstance(value, list):
            raise ArchiveError(place, f"a list is expected here, not {named(value)}")
        if self.most and len(value) > self.most:
            raise ArchiveError(place, f"there are {len(value)}; at most {self.most} fit")
        return [self.kind.read(part, f"{place}[{index}]") for index, part in enumerate(value)]

    def write(self, value, moment):
        return [self.kind.write(part, moment) for part in value]


@dataclass
class Key:
    """What stands under a key. One with a default may be missing or null, and at its default it is
    not written, unless it is always there for the reader's sake."""

    kind: Kind
    default: object = REQUIRED
    always: bool = False

    def read(self, value, place):
        if value is None and self.default is not REQUIRED:
            return copy.copy(self.default)
        return self.kind.read(value, place)

    def write(self, value, moment):
        return None if value is None else self.kind.write(value, moment)


class Record(Kind):
    """An object with known keys, written in their order."""

    def __init__(self, keys):
        self.keys = keys

    def read(self, value, place):
        if not isinstance(value, dict):
            raise ArchiveError(place, f"an object is expected here, not {named(value)}")
        refuse_doubled(value, place)
        for name in value:
            if name not in self.keys:
                known = ", ".join(self.keys)
                raise ArchiveError(inside(place, name[:SHOWN]), f"unknown key; known here: {known}")
        for name, key in self.keys.items():
            if key.default is REQUIRED and name not in value:
                raise ArchiveError(place, f"“{name}” is missing")
        return {
            name: key.read(value.get(name), inside(place, name)) for name, key in self.keys.items()
        }

    def write(self, value, moment):
        return {
            name: key.write(value[name], moment)
            for name, key in self.keys.items()
            if key.always or value[name] != key.default
        }


class Parsed(dict):
    """An object as the file has it, which may name a key twice."""

    doubled = None

    @classmethod
    def of(cls, pairs):
        parsed = cls(pairs)
        if len(parsed) < len(pairs):
            seen = set()
            # add() gives None: the first name that is there already stops the search.
            parsed.doubled = next(n for n, _value in pairs if n in seen or seen.add(n))
        return parsed


def refuse_doubled(value, place):
    doubled = getattr(value, "doubled", None)
    if doubled is not None:
        raise ArchiveError(inside(place, doubled[:SHOWN]), "the key stands here twice")
