"""The contributions of a discussion as a table: a row for each general text and each answer.

Columns are data: a name and how its value is found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from forum import cells
from forum.models import Answer, Contribution
from forum.models.bylines import PublicByline
from forum.streams import everything

NOBODY = PublicByline(name="")


@dataclass(frozen=True)
class Section:
    """What becomes a row: a contribution and one of its answers, or none for the general text."""

    contribution: Contribution
    answer: Answer | None
    address: str
    # A text that is not shown leaves its number, its state and its reason.
    shown: bool

    @property
    def text(self):
        section = self.answer or self.contribution
        return section.body if self.shown else ""

    @property
    def public_byline(self):
        return self.contribution.public_byline if self.shown else NOBODY


@dataclass(frozen=True)
class Table:
    """Which texts are shown (a function of a contribution), and the columns: each with the
    function of a Section that gives its value."""

    shows: Callable
    columns: dict


def moment(value):
    """ISO 8601 in UTC, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else ""


def common_columns(byline):
    return {
        "number": lambda row: row.contribution.number,
        "parent": lambda row: row.contribution.parent_number or "",
        "question": lambda row: row.answer.question.key if row.answer else "",
        "name": lambda row: byline(row).name,
        "organisation": lambda row: byline(row).organisation,
        "country": lambda row: byline(row).country,
        "stakeholder_group": lambda row: byline(row).stakeholder_group,
        "role": lambda row: byline(row).role if byline(row).name else "",
        "title": lambda row: byline(row).title,
        "capacity": lambda row: row.contribution.capacity,
        "language": lambda row: row.contribution.language,
        "text": lambda row: row.text,
        "state": lambda row: row.contribution.state,
        "reason": lambda row: row.contribution.reason,
        "published_at": lambda row: moment(row.contribution.published_at),
        "edited_at": lambda row: moment(row.contribution.edited_at),
        "address": lambda row: row.address,
    }


PUBLIC = Table(
    shows=lambda contribution: contribution.is_published,
    columns=common_columns(lambda row: row.public_byline),
)
# Hidden texts stay readable for staff; withdrawn ones for nobody.
FULL = Table(
    shows=lambda contribution: not contribution.is_withdrawn,
    columns=common_columns(lambda row: row.contribution.byline)
    | {
        "anonymous": lambda row: "yes" if row.contribution.anonymous else "",
        "received_via": lambda row: row.contribution.received_via,
    },
)


def sections(discussion, table, absolute):
    """What every numbered contribution says, section by section, in the order of the numbers.

    absolute: makes a full web address of a path.
    """
    for contribution in everything(discussion, by="number"):
        address = absolute(contribution.get_absolute_url())
        shown = table.shows(contribution)
        answers = contribution.answers_in_order if shown else []
        if contribution.body or not answers:
            yield Section(contribution, None, address, shown)
        for answer in answers:
            yield Section(contribution, answer, address, shown)


def rows(discussion, table, absolute):
    """The header, then a list of values for each section."""
    yield list(table.columns)
    for section in sections(discussion, table, absolute):
        yield [value(section) for value in table.columns.values()]


def as_csv(discussion, table, absolute):
    """The table as lines of UTF-8 text."""
    return cells.as_csv(rows(discussion, table, absolute))
