"""Every way through a discussion: what a reader has chosen, as it stands in the address.

Without any choice a discussion is read in threads (threads.py). Every other way is flat: what was
published and chosen, by number, each with what it replies to.
"""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count

from . import threads
from .models import Answer, GuidingQuestion
from .models.sayings import says

ON_PAGE = 40
# What was counted of a version of a discussion stays true; it is forgotten for want of room only.
COUNTED_FOR = 24 * 3600
STAFF, NEWEST = "staff", "newest"
# By which every contribution can be counted at once.
FACETS = ("language", "country", "group", "by")


# Those in an address, and whether the choices shall be shown.
CHOICES = frozenset(
    {"question", "language", "country", "group", "by", "person", "since", "q", "order", "choose"}
)


@dataclass(frozen=True)
class Way:
    """What was chosen; whatever is empty restricts nothing."""

    question: GuidingQuestion | None = None
    language: str = ""
    country: str = ""
    group: str = ""
    by: str = ""
    # The id of a person who has written under their name.
    person: int | None = None
    # Published on this day or later, in the discussion's zone.
    since: date | None = None
    # Words that all stand in the general text or in the same answer.
    q: str = ""
    order: str = ""

    def __bool__(self):
        return any(self.chosen.values())

    @property
    def chosen(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def query(self, **instead):
        """The query of an address: these choices, with some changed."""
        chosen = self.chosen | {"question": self.question and self.question.key} | instead
        return urlencode({name: value for name, value in chosen.items() if value})

    def among(self, discussion, *, without=()):
        """What of a discussion was chosen, as a QuerySet; without some of the choices."""
        chosen = {name: None if name in without else value for name, value in self.chosen.items()}
        found = discussion.contributions.published().in_language(chosen["language"])
        found = found.named_from(chosen["country"], chosen["group"], chosen["person"])
        if chosen["by"]:
            found = found.by_staff()
        if chosen["question"]:
            found = found.answering(chosen["question"])
        if chosen["since"]:
            found = found.since(datetime.combine(chosen["since"], time.min, discussion.zone))
        if chosen["q"]:
            found = found.saying(chosen["q"].split(), chosen["question"])
        return found


def page(discussion, way, *, after=None, before=None, last=False):
    """A page of what was chosen, as threads.Page.

    after, before: the number behind which it begins, or in front of which it ends, in the order of
    reading
    last: the page at the end

    A mark behind which nothing is left leads back to the beginning.
    """
    found = way.among(discussion).for_display(question=way.question)
    if way.question:
        # Only the answer is shown.
        found = found.defer("body", "body_html")
    newest = way.order == NEWEST
    found = found.order_by("-number" if newest else "number")
    if before is not None or last:
        if before is not None:
            found = found.filter(number__gt=before) if newest else found.filter(number__lt=before)
        rows = list(found.reverse()[: ON_PAGE + 1])
        if before is not None and not rows:
            return page(discussion, way)
        shown = threads.light_enough(rows[:ON_PAGE], weigh=weight(way))
        more = {"earlier": len(shown) < len(rows), "later": not last}
        return threads.flat(discussion, shown[::-1], **more)
    if after is not None:
        found = found.filter(number__lt=after) if newest else found.filter(number__gt=after)
    rows = list(found[: ON_PAGE + 1])
    if after is not None and not rows:
        return page(discussion, way)
    shown = threads.light_enough(rows[:ON_PAGE], weigh=weight(way))
    more = {"earlier": after is not None, "later": len(shown) < len(rows)}
    return threads.flat(discussion, shown, **more)


def weight(way):
    return threads.answers_of if way.question else threads.html_of


# --- counting ---


def everything(discussion):
    """[language, country, group, "staff" or "", number] for each combination that exists."""
    return cache.get_or_set(
        f"everything:{discussion.pk}:{discussion.version}",
        lambda: grouped(discussion.contributions.published()),
        COUNTED_FOR,
    )


def grouped(contributions):
    return [list(row) for row in contributions.counted_by_facets()]


def there(groups):
    """Facet -> value -> how many contributions: what there is to choose from."""
    return {facet: counted(groups, facet) for facet in FACETS}


def tally(discussion, way, groups):
    """(how many contributions are chosen, facet -> value -> how many each choice would show).

    Whatever else is chosen stays so for these numbers; questions are named by their ids.
    groups: everything(discussion)
    """
    if way.question or way.person or way.since or way.q:
        groups = grouped(way.among(discussion, without=FACETS))
    chosen = [(place, way.chosen[facet]) for place, facet in enumerate(FACETS)]
    wanted = {place: value for place, value in chosen if value}
    total = sum(number for *values, number in groups if fits(values, wanted))
    counts = {facet: counted(groups, facet, wanted) for facet in FACETS}
    return total, counts | {"question": answers(discussion, way)}


def counted(groups, facet, wanted=None):
    """Value -> number of contributions, among those that fit whatever else is wanted."""
    place, counts = FACETS.index(facet), Counter()
    others = {other: value for other, value in (wanted or {}).items() if other != place}
    for *values, number in groups:
        if values[place] and fits(values, others):
            counts[values[place]] += number
    return counts


def fits(values, wanted):
    return all(values[place] == value for place, value in wanted.items())


def answers(discussion, way):
    """The id of a question -> how many of what is chosen answer it, as if no question were."""
    chosen = way.among(discussion, without={"question", "q"}).order_by().values("pk")
    found = Answer.objects.filter(says(way.q.split()), contribution__in=chosen).order_by()
    return Counter(dict(found.values_list("question").annotate(number=Count("pk"))))
