"""What waits for a moderator, oldest first, in one list of several tables; what is in the languages
of whoever looks stands in front of the rest.

Each table is asked for its first rows behind the last one shown, by an index; what stands on the
page comes together here, in the same number of queries however much waits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy

from accounts.choices import LANGUAGE_ALIASES
from forum import threads
from forum.models import Answer, Appeal, Contribution, GuidingQuestion, Report, Revision
from forum.models.states import Reason, State, Undecided

ON_PAGE = 20
# Of the reports about one contribution.
REPORTS_SHOWN = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# A moment in microseconds, a kind and a key, as they stand in the address; then perhaps the sign
# that one has read past what is in one's own languages.
MARK = re.compile(r"(\d{1,16})-([a-z]{1,20})-(\d{1,15})(-others)?", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """Something that waits: which rows, since when, and how one comes from a row to its text."""

    label: str
    rows: Callable
    since: str = "created_at"
    contribution: str = "contribution"


KINDS = {
    "held": Kind(gettext_lazy("Not published yet"), Contribution.objects.waiting, contribution=""),
    "change": Kind(gettext_lazy("A change"), Revision.objects.pending, since="written_at"),
    "appeal": Kind(
        gettext_lazy("An answer of its author"),
        # What readers' reports have put out of sight waits as reported.
        lambda: Appeal.objects.open().filter(
            contribution__state=State.HIDDEN, contribution__reason__in=Reason.values
        ),
    ),
    "report": Kind(
        gettext_lazy("Reported"),
        lambda: Report.objects.first_of_each().filter(
            Q(contribution__state=State.PUBLISHED)
            | Q(contribution__state=State.HIDDEN, contribution__reason__in=Undecided.values)
        ),
    ),
}


class Mark(NamedTuple):
    """A place in the list: what waits since then, in this order."""

    # Is it in none of the languages that stand first?
    others: bool
    since: datetime
    kind: str
    pk: int

    @classmethod
    def read(cls, value):
        """The mark that stands in the address, or None."""
        found = MARK.fullmatch(value or "")
        if found is None:
            return None
        since = EPOCH + int(found[1]) * MICROSECOND
        return cls(bool(found[4]), since, found[2], int(found[3]))

    def __str__(self):
        others = "-others" if self.others else ""
        return f"{(self.since - EPOCH) // MICROSECOND}-{self.kind}-{self.pk}{others}"

    def behind(self, kind, since):
        """The condition that a row of this kind comes later."""
        at_once = Q(**{since: self.since})
        if kind == self.kind:
            at_once &= Q(pk__gt=self.pk)
        elif kind < self.kind:
            return Q(**{f"{since}__gt": self.since})
        return Q(**{f"{since}__gt": self.since}) | at_once


@dataclass
class Item:
    """One thing that waits, with what a moderator needs to decide it."""

    mark: Mark
    contribution: Contribution
    appeal: Appeal | None = None
    # What its author has said beside it: when sending it again, or while it is out of sight.
    answer: Appeal | None = None
    change: Revision | None = None
    reports: list = field(default_factory=list)
    # State -> the number of contributions of the same author in the discussion.
    earlier: dict = field(default_factory=dict)

    @property
    def kind(self):
        return self.mark.kind

    @property
    def label(self):
        return KINDS[self.kind].label

    @property
    def is_plea(self):
        """Does somebody ask for a decision about what was published once?"""
        return bool(self.appeal or self.reports)

    @property
    def up_to(self):
        """The last of what is asked here, shown or counted."""
        return self.appeal.pk if self.appeal else self.reports[0].last

    @property
    def more_reports(self):
        return self.reports[0].together - len(self.reports) if self.reports else 0

    @property
    def published(self):
        return self.earlier.get(State.PUBLISHED, 0)

    @property
    def hidden(self):
        return self.earlier.get(State.HIDDEN, 0)


@dataclass(frozen=True)
class Wanted:
    """What a moderator chooses of it."""

    # A QuerySet of those that they moderate.
    discussions: object
    language: str = ""
    question: object = None
    # Codes of those that stand first; what is in others comes behind them.
    first: tuple = ()

    def others(self, kind):
        """The expression that says whether a row is in none of the languages that stand first."""
        if not self.first:
            return Value(False)
        aliases = [code for code, known in LANGUAGE_ALIASES.items() if known in self.first]
        to = kind.contribution and f"{kind.contribution}__"
        mine = Q(**{f"{to}language__in": [*self.first, *aliases]})
        return Case(When(mine, then=Value(False)), default=Value(True))

    def rows(self, kind):
        """The rows of this kind that are wanted."""
        to = kind.contribution and f"{kind.contribution}__"
        conditions = Q(**{f"{to}discussion__in": self.discussions})
        if self.language:
            conditions &= Q(**{f"{to}language": self.language})
        if self.question:
            answers = Answer.objects.filter(
                contribution=OuterRef(kind.contribution or "pk"), question=self.question
            )
            conditions &= Q(Exists(answers))
        return kind.rows().filter(conditions)


def page(wanted, after=None):
    """(the items, the mark of the last one where more wait behind it)."""
    places = {}
    for name, kind in KINDS.items():
        for others, since, pk, contribution in first_rows(wanted, name, kind, after):
            places[Mark(bool(others), since, name, pk)] = contribution
    marks = sorted(places)
    texts = Contribution.objects.for_list().in_bulk({places[mark] for mark in marks[:ON_PAGE]})
    shown = threads.light_enough(
        marks[:ON_PAGE], weigh=lambda mark: threads.html_of(texts[places[mark]])
    )
    items = [Item(mark, texts[places[mark]]) for mark in shown]
    add_pleas(items)
    add_earlier(items)
    return items, shown[-1] if len(marks) > len(shown) else None


def first_rows(wanted, name, kind, after):
    """The first ones of this kind behind the mark, and one more than a page shows."""
    rows = wanted.rows(kind).annotate(others=wanted.others(kind))
    if after and wanted.first:
        behind = Q(others=after.others) & after.behind(name, kind.since)
        rows = rows.filter(behind if after.others else behind | Q(others=True))
    elif after:
        rows = rows.filter(after.behind(name, kind.since))
    order = ["others"] if wanted.first else []
    found = rows.order_by(*order, kind.since, "pk")
    return found.values_list("others", kind.since, "pk", kind.contribution or "pk")[: ON_PAGE + 1]


def add_pleas(items):
    reports = reports_of(item.contribution.pk for item in items if item.kind == "report")
    keys = [item.mark.pk for item in items if item.kind == "appeal"]
    changes = Revision.objects.in_bulk([item.mark.pk for item in items if item.kind == "change"])
    appeals = Appeal.objects.select_related("entry__actor", "entry__note").in_bulk(keys)
    for item in items:
        if item.kind == "report":
            item.reports = reports[item.contribution.pk]
        elif item.kind == "appeal":
            item.appeal = appeals[item.mark.pk]
        elif item.kind == "change":
            item.change = changes[item.mark.pk]
    add_questions([item for item in items if item.change])
    others = {item.contribution.pk: item for item in items if not item.appeal}
    for said in Appeal.objects.open().filter(contribution__in=others).order_by("pk"):
        others[said.contribution_id].answer = said


def add_questions(items):
    """The answers of a change know what was asked."""
    asked = GuidingQuestion.objects.filter(
        discussion__in={item.contribution.discussion_id for item in items}
    )
    questions = {(question.discussion_id, question.key): question for question in asked}
    for item in items:
        for answer in item.change.answers:
            answer["asked"] = questions[item.contribution.discussion_id, answer["question"]]


def reports_of(contributions):
    """The key of each contribution -> its first open reports; each knows how many there are
    together, and which is the last."""
    found = {}
    alike = {"partition_by": "contribution"}
    reports = (
        Report.objects.open()
        .filter(contribution__in=list(contributions))
        .annotate(
            place=Window(RowNumber(), order_by="pk", **alike),
            together=Window(Count("pk"), **alike),
            last=Window(Max("pk"), **alike),
        )
        .filter(place__lte=REPORTS_SHOWN)
        .select_related("reporter")
        .order_by("pk")
    )
    for report in reports:
        found.setdefault(report.contribution_id, []).append(report)
    return found


def add_earlier(items):
    """How much else the same authors have written there. Of those who write without their name
    nothing is said: it would tell which other texts are theirs."""
    named = [item.contribution for item in items if not item.contribution.anonymous]
    counted = (
        Contribution.objects.numbered()
        .filter(
            anonymous=False,
            author__in={each.author_id for each in named},
            discussion__in={each.discussion_id for each in named},
        )
        .order_by()
        .values_list("author", "discussion", "state")
        .annotate(count=Count("pk"))
    )
    found = {}
    for author, discussion, state, count in counted:
        found.setdefault((author, discussion), {})[state] = count
    for item in items:
        contribution = item.contribution
        if not contribution.anonymous:
            states = found.get((contribution.author_id, contribution.discussion_id), {})
            # The one that is judged is not counted.
            itself = contribution.state if contribution.number else None
            item.earlier = {state: n - (state == itself) for state, n in states.items()}
