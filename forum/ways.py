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

ON_PAGE = 40
# What was counted of a version of a discussion stays true; it is forgotten for want of room only.
COUNTED_FOR = 24 * 3600
STAFF, NEWEST = "staff", "newest"
# By which every contribution can be counted at once.
FACETS = ("language", "country", "group", "by")


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
        chosen = self.chosen | instead
        chosen["question"] = chosen["question"] and getattr(
            chosen["question"], "key", chosen["question"]
        )
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


def page(discussion, way, *, after=None, before=None):
    """A page of what was chosen, as threads.Page.

    after, before: the number behind which it begins, or in front of which it ends, in the order of
    reading
    """
    found = way.among(discussion).for_display(question=way.question)
    if way.question:
        # Only the answer is shown.
        found = found.defer("body", "body_html")
    step = "lt" if way.order == NEWEST else "gt"
    back = {"lt": "gt", "gt": "lt"}[step]
    order = "-number" if way.order == NEWEST else "number"
    if before is not None:
        rows = list(
            found.filter(**{f"number__{back}": before}).order_by(order).reverse()[: ON_PAGE + 1]
        )
        shown = threads.light_enough(rows[:ON_PAGE], weigh=weight(way))
        earlier, later = len(shown) < len(rows), True
        shown = shown[::-1]
    else:
        if after is not None:
            found = found.filter(**{f"number__{step}": after})
        rows = list(found.order_by(order)[: ON_PAGE + 1])
        shown = threads.light_enough(rows[:ON_PAGE], weigh=weight(way))
        earlier, later = after is not None, len(shown) < len(rows)
    return threads.flat(discussion, shown, earlier=earlier, later=later)


def weight(way):
    return threads.answers_of if way.question else threads.html_of


# --- counting ---


@dataclass(frozen=True)
class Tally:
    """How many contributions each choice would show, whatever else is chosen staying so."""

    total: int
    # The name of a facet, or "question" -> value -> number.
    counts: dict
    # The same without any choice: what there is to choose from.
    there: dict


def tally(discussion, way):
    """Two queries at most, and one for whoever has chosen nothing that counts."""
    everything = cache.get_or_set(
        f"tally:{discussion.pk}:{discussion.version}",
        lambda: grouped(discussion.contributions.published()),
        COUNTED_FOR,
    )
    narrows = way.question or way.person or way.since or way.q
    groups = grouped(way.among(discussion, without=FACETS)) if narrows else everything
    counts = {facet: counted(groups, facet, chosen_among(way, without=facet)) for facet in FACETS}
    there = {facet: counted(everything, facet, {}) for facet in FACETS}
    total = sum(number for *values, number in groups if fits(values, chosen_among(way)))
    return Tally(total, counts | {"question": answers(discussion, way)}, there)


def grouped(contributions):
    """[language, country, group, by, number] for each combination that exists. Whoever writes
    without their name is from nowhere, and nobody's staff."""
    return [list(row) for row in contributions.counted_by_facets()]


def chosen_among(way, *, without=""):
    return {
        place: way.chosen[facet]
        for place, facet in enumerate(FACETS)
        if facet != without and way.chosen[facet]
    }


def fits(values, wanted):
    return all(values[place] == value for place, value in wanted.items())


def counted(groups, facet, wanted):
    place, counts = FACETS.index(facet), Counter()
    for *values, number in groups:
        if fits(values, wanted):
            counts[values[place]] += number
    counts.pop("", None)
    return dict(counts)


def answers(discussion, way):
    """The id of a question -> how many of the contributions that are chosen answer it; nothing
    where the questions themselves know (GuidingQuestion.answer_count)."""
    if not any(value for name, value in way.chosen.items() if name not in {"question", "order"}):
        return {}
    chosen = way.among(discussion, without={"question"}).order_by().values("pk")
    found = Answer.objects.filter(contribution__in=chosen).order_by()
    return dict(found.values_list("question").annotate(number=Count("pk")))
