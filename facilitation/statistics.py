"""What a discussion comes to in numbers: contributions and people by day, country, language, group,
organisation, question and length.

Only what is published counts, and of people only what their public bylines say: whoever writes
without their name is one contribution more, on a day, in a language, to a question, as everybody
can see anyway, but nobody’s person, and from no country, organisation or group. Who reads is not
counted at all.
"""

from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from forum.models import Answer

# What was counted of a version of a discussion stays true; it is forgotten for want of room only.
COUNTED_FOR = 24 * 3600
EPOCH = date(1970, 1, 1)
DAY = 24 * 3600
WEEK = timedelta(days=7)
# The days stand in no more columns than these: in a longer discussion each is a week, four …
MOST_COLUMNS = 100
STEPS = (1, 7, 28, 91, 364, 3_640)
# In characters, general text and answers together: where each class begins.
LENGTHS = (1, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)

NAMED = Q(anonymous=False)
COUNTS = {"contributions": Count("pk"), "people": Count("author", distinct=True, filter=NAMED)}


@dataclass(frozen=True)
class Line:
    """How many there are of one kind. People are those who have written under their name."""

    key: object
    contributions: int
    # None where nobody would ask.
    people: int | None


@dataclass(frozen=True)
class Figures:
    """All numbers of a discussion, without any words (pictures.py has those)."""

    contributions: int = 0
    replies: int = 0
    # Without a name: these are in no country, group or organisation.
    nameless: int = 0
    people: int = 0
    # The key of a line is the first of so many days, counted from `first`; those without a
    # contribution have no line.
    step: int = 1
    first: date | None = None
    last: date | None = None
    days: list = field(default_factory=list)
    # The key "" is for those who say nothing of it.
    countries: list = field(default_factory=list)
    groups: list = field(default_factory=list)
    organisations: list = field(default_factory=list)
    languages: list = field(default_factory=list)
    # By the ids of the questions; None for general texts.
    questions: list = field(default_factory=list)
    # By the number of characters at which the class begins (LENGTHS).
    lengths: list = field(default_factory=list)


def figures(discussion):
    """The Figures of a discussion, in eight queries whatever its size; counted once for each
    version."""
    key = f"statistics:{discussion.pk}:{discussion.version}"
    return cache.get_or_set(key, lambda: counted(discussion), COUNTED_FOR)


def counted(discussion):
    published = discussion.contributions.published().order_by()
    total = published.aggregate(
        **COUNTS,
        replies=Count("parent"),
        nameless=Count("pk", filter=~NAMED),
        general=Count("pk", filter=Q(characters__gt=0)),
        general_people=Count("author", distinct=True, filter=NAMED & Q(characters__gt=0)),
        first=Min("published_at"),
        last=Max("published_at"),
    )
    first, last = total.pop("first"), total.pop("last")
    general = Line(None, total.pop("general"), total.pop("general_people"))
    if not total["contributions"]:
        return Figures()
    named = published.filter(NAMED)
    return Figures(
        **total,
        **by_day(discussion, published, first, last),
        countries=most_first(named, F("byline__country")),
        groups=most_first(named, F("byline__stakeholder_group")),
        organisations=most_first(named, F("byline__organisation")),
        languages=most_first(published, F("language")),
        questions=by_question(discussion, general),
        lengths=by_length(published),
    )


def lines(contributions, key):
    """A Line for each value of an expression, in the order of the values."""
    found = contributions.annotate(key=key).values_list("key").annotate(**COUNTS)
    return [Line(*row) for row in sorted(found)]


def most_first(contributions, key):
    return sorted(lines(contributions, key), key=lambda line: -line.contributions)


def by_question(discussion, general):
    """In the order of the questions, then the general texts."""
    answers = Answer.objects.filter(
        contribution__discussion=discussion, contribution__state="published"
    )
    authors = Count("contribution__author", distinct=True, filter=Q(contribution__anonymous=False))
    found = (
        answers.order_by()
        .values_list("question")
        .annotate(contributions=Count("pk"), people=authors)
    )
    lines = {row[0]: Line(*row) for row in found}
    asked = [lines.get(pk, Line(pk, 0, 0)) for pk in discussion.questions_by_id]
    return [*asked, general] if asked else []


def by_length(published):
    """How many contributions are as long as each class, their answers included."""
    answers = Answer.objects.filter(contribution=OuterRef("pk")).order_by().values("contribution")
    in_answers = answers.annotate(total=Sum("characters")).values("total")
    length = F("characters") + Coalesce(Subquery(in_answers), 0)
    lengths = published.annotate(length=length).values_list("length").annotate(Count("pk"))
    found = Counter()
    for length, number in lengths:
        found[LENGTHS[bisect(LENGTHS, length) - 1]] += number
    return [Line(start, found[start], None) for start in LENGTHS]


# --- days ---


class Seconds(Func):
    """Whole seconds since 1970. Without TruncDate(), which SQLite asks Python about row by row."""

    output_field = IntegerField()

    def as_sqlite(self, compiler, connection):
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        )

    def as_postgresql(self, compiler, connection):
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"
        return self.as_sql(compiler, connection, template=template)


def by_day(discussion, published, first, last):
    """What Figures have of the days, which are those of the discussion's own zone: its whole
    window, and whatever was published outside of it."""
    zone = discussion.zone
    offsets = offsets_of(zone, first, last)
    starts, ends = min(first, discussion.opens_at), max(last, discussion.ended_at)
    first_day, last_day = (moment.astimezone(zone).date() for moment in (starts, ends))
    number = (last_day - first_day).days + 1
    step = next((step for step in STEPS if number <= step * MOST_COLUMNS), STEPS[-1])
    cases = [When(published_at__lt=until, then=Value(offset)) for until, offset in offsets[:-1]]
    offset = Case(*cases, default=Value(offsets[-1][1]), output_field=IntegerField())
    since = Seconds("published_at") + offset - Value((first_day - EPOCH).days * DAY)
    column = Func(since, Value(step * DAY), template="(%(expressions)s)", arg_joiner=" / ")
    column.output_field = IntegerField()
    days = [
        Line(first_day + timedelta(days=line.key * step), line.contributions, line.people)
        for line in lines(published, column)
    ]
    return {"step": step, "first": first_day, "last": last_day, "days": days}


def offsets_of(zone, first, last):
    """(until when, seconds ahead of UTC) for each part of this time; the last has no end."""
    found, moment = [], first
    while moment < last:
        later = min(moment + WEEK, last)
        if ahead(zone, later) != ahead(zone, moment):
            found.append((change_between(zone, moment, later), ahead(zone, moment)))
        moment = later
    return [*found, (None, ahead(zone, last))]


def ahead(zone, moment):
    return int(moment.astimezone(zone).utcoffset().total_seconds())


def change_between(zone, before, after):
    """The first second at which the zone is as far ahead as it is at the end."""
    goal = ahead(zone, after)
    before = before.replace(microsecond=0)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (before, middle) if ahead(zone, middle) == goal else (middle, after)
    return after.replace(microsecond=0)
