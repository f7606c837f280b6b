"""The figures of a discussion with their words, and as pictures: in the language that is active.

pictures() makes a Picture of each figure: the rows of its table, and where the marks of its drawing
stand. as_svg() draws one alone, for documents; on the page the same templates are part of the HTML,
where the stylesheet gives them the reader’s colours.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from accounts.choices import StakeholderGroup, country_name, language_name

from .statistics import LENGTHS

NAMES = ("days", "countries", "languages", "groups", "organisations", "questions", "lengths")
WORLD = Path(__file__).with_name("world") / "world.json"
# So many organisations stand on the page; all of them in the file.
MOST_ROWS = 40
# A drawing by itself, in units: its width, the words at its side, a line.
WIDTH, BESIDE, LINE, LONGEST = 640, 250, 26, 36
# The columns of the days.
HIGH = 100
ROUND = (1, 2, 5)
CLASSES = 4


@dataclass(frozen=True)
class Row:
    # As it stands in files: a code, a day, a name.
    code: str
    label: str
    contributions: int
    people: int | None
    # The longest bar is 100.
    share: float = 0
    # Where its mark stands, of a drawing with places.
    place: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    name: str
    title: str
    # What the rows are: the head of their column.
    kind: str
    rows: list
    note: str = ""
    # What its drawing needs beside the rows.
    drawing: dict = field(default_factory=dict)

    @property
    def has_people(self):
        return any(row.people is not None for row in self.rows)

    @property
    def shown(self):
        return self.rows[:MOST_ROWS] if self.name == "organisations" else self.rows

    @property
    def more(self):
        return len(self.rows) - len(self.shown)

    @property
    def table(self):
        """The rows as a file has them, below their head."""
        people = ["people"] if self.has_people else []
        yield ["code", "name", "contributions", *people]
        for row in self.rows:
            yield [row.code, row.label, row.contributions, *([row.people] if people else [])]


def pictures(discussion, figures):
    """A Picture of each figure that has something to show, in the order of NAMES."""
    questions = discussion.questions_by_id
    asked = {pk: one.in_language(get_language()).text for pk, one in questions.items()}
    found = [
        days(figures),
        countries(figures),
        listed("languages", _("By language"), _("Language"), figures.languages, language_name),
        listed(
            "groups",
            _("By stakeholder group"),
            _("Stakeholder group"),
            figures.groups,
            StakeholderGroup.label_of,
        ),
        listed(
            "organisations", _("By organisation"), _("Organisation"), figures.organisations, str
        ),
        Picture(
            "questions",
            _("By guiding question"),
            _("Question"),
            rows(
                figures.questions,
                lambda pk: f"{questions[pk].key}. {asked[pk]}" if pk else _("General text"),
                lambda pk: questions[pk].key if pk else "",
            ),
            _("A contribution may answer several questions, and say something in general too."),
        ),
        Picture(
            "lengths",
            _("By length"),
            _("Characters"),
            rows(figures.lengths, length_name),
            _("With all answers. A page of a book has about 2,000 characters."),
        ),
    ]
    return [one for one in found if any(row.contributions for row in one.rows)]


def listed(name, title, kind, lines, label_of, note=""):
    """What people say of themselves: nothing in particular is shown where nobody says anything."""
    if not any(line.key for line in lines):
        return Picture(name, title, kind, [])
    shown = rows(lines, lambda key: label_of(key) if key else _("Not stated"))
    return Picture(name, title, kind, shown, note)


def rows(lines, label_of, code_of=str):
    most = max((line.contributions for line in lines), default=0) or 1
    return [
        Row(
            code_of(line.key),
            label_of(line.key),
            line.contributions,
            line.people,
            round(100 * line.contributions / most, 1),
        )
        for line in lines
    ]


def length_name(start):
    end = next((begin for begin in LENGTHS if begin > start), None)
    if end is None:
        return _("%(n)s and more") % {"n": number_format(start, force_grouping=True)}
    ends = [number_format(number, force_grouping=True) for number in (start, end - 1)]
    return "{}–{}".format(*ends)


# --- days ---


def days(figures):
    """Columns: each a day, or as many as figures.step says."""
    title = _("By day") if figures.step == 1 else _("In time")
    found = {line.key: line for line in figures.days}
    shown = [
        Row(day.isoformat(), date_format(day, "DATE_FORMAT"), line.contributions, line.people)
        for day, line in found.items()
    ]
    if not shown:
        return Picture("days", title, _("Day"), [])
    number = (figures.last - figures.first).days // figures.step + 1
    firsts = [figures.first + timedelta(days=n * figures.step) for n in range(number)]
    panels = [
        panel(_("Contributions"), firsts, {row.code: (row.contributions, row) for row in shown}),
        panel(_("People"), firsts, {row.code: (row.people, row) for row in shown}),
    ]
    drawing = {
        "panels": panels,
        "width": number,
        "first": date_format(figures.first, "DATE_FORMAT"),
        "last": date_format(figures.last, "DATE_FORMAT"),
    }
    note = ""
    if figures.step > 1:
        note = _("Each column stands for %(n)s days, from the one that is named.")
        note %= {"n": figures.step}
    kind = _("Day") if figures.step == 1 else _("From")
    return Picture("days", title, kind, shown, note, drawing)


def panel(title, firsts, values):
    most = max(value for value, _row in values.values())
    when = next(row.label for value, row in values.values() if value == most)
    columns = []
    for place, day in enumerate(firsts):
        value, row = values.get(day.isoformat(), (0, None))
        if value:
            high = round(HIGH * value / most, 1)
            columns.append(
                {"x": place, "y": HIGH - high, "high": high, "value": value, "label": row.label}
            )
    return {"title": title, "most": most, "when": when, "columns": columns}


# --- the world ---


@cache
def world():
    return json.loads(WORLD.read_text("utf-8"))


def countries(figures):
    """A map: how many there are tells the size of a country’s dot, and its tint."""
    picture = listed(
        "countries",
        _("By country"),
        _("Country"),
        figures.countries,
        country_name,
        _("As people give it in their bylines."),
    )
    if not picture.rows:
        return picture
    numbers = [row.contributions for row in picture.rows if row.code]
    starts = classes(max(numbers))
    for row in picture.rows:
        place = world()["places"].get(row.code)
        if place:
            size = sum(row.contributions >= start for start in starts)
            shape = world()["shapes"].get(row.code, "")
            row.place.update(x=place[0], y=place[1], size=size, shape=shape)
    # Small dots are drawn last: none hides another.
    there = sorted((row for row in picture.rows if row.place), key=lambda row: -row.place["size"])
    named = {row.code for row in there}
    picture.drawing.update(
        width=world()["width"],
        height=world()["height"],
        land=world()["land"],
        others=[path for code, path in world()["shapes"].items() if code not in named],
        there=there,
        legend=legend(starts, max(numbers)),
    )
    return picture


def classes(most):
    """Where each class begins: round numbers, each about the same factor from the next."""
    steps = [factor * 10**power for power in range(9) for factor in ROUND]
    found = [1]
    for place in range(1, CLASSES):
        goal = most ** (place / CLASSES)
        start = min(steps, key=lambda step: abs(step - goal))
        if found[-1] < start <= most:
            found.append(start)
        elif found[-1] < most and found[-1] + 1 <= min(most, CLASSES):
            found.append(found[-1] + 1)
    return found


def legend(starts, most):
    """[{"size", "label"}] for each class."""
    found = []
    ends = [*(start - 1 for start in starts[1:]), most]
    for size, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        numbers = [number_format(number, force_grouping=True) for number in sorted({start, end})]
        found.append({"size": size, "label": "–".join(numbers)})
    return found


# --- by itself ---


def as_svg(picture):
    """A drawing as a file of its own, with words and colours: for documents."""
    kind = {"days": "days", "countries": "map"}.get(picture.name, "bars")
    return render_to_string(
        f"facilitation/pictures/{kind}.svg", {"alone": True, **context(picture)}
    )


def context(picture):
    """What a drawing by itself needs to know beside the picture."""
    rtl = get_language_bidi()
    bars = []
    room = WIDTH - BESIDE - 60
    for place, row in enumerate(picture.shown):
        long = round(room * row.share / 100, 1)
        bars.append(
            {
                "label": Truncator(row.label).chars(LONGEST),
                "value": row.contributions,
                "y": place * LINE,
                "text": place * LINE + 17,
                "x": WIDTH - BESIDE - long if rtl else BESIDE,
                "long": long,
                "start": WIDTH if rtl else 0,
                "end": WIDTH - BESIDE - long - 6 if rtl else BESIDE + long + 6,
            }
        )
    return {
        "picture": picture,
        "bars": bars,
        "width": WIDTH,
        "height": len(bars) * LINE,
        "direction": "rtl" if rtl else "ltr",
        "start": WIDTH if rtl else 0,
        "end": 0 if rtl else WIDTH,
    }
