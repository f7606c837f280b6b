"""The columns of an export: a name, how its value is found, and the fields that it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from accounts.choices import country_name
from forum.models import Contribution
from forum.models.bylines import PublicByline

from ..tables import moment
from .choice import CONTRIBUTIONS, Choice
from .people import entered_by, shown_byline
from .plain import plain


@dataclass(frozen=True)
class Row:
    """A contribution, with those of its sections that stand in one row."""

    contribution: Contribution
    # An answer for each, None for the general text.
    sections: tuple
    choice: Choice
    # Makes a full web address of a path.
    absolute: Callable
    byline: PublicByline = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "byline", shown_byline(self.contribution, self.choice))

    @property
    def answers(self):
        return [section for section in self.sections if section]

    @property
    def text(self):
        return self.together([section.body for section in self.shown])

    @property
    def plain(self):
        return self.together(self.plain_texts)

    @property
    def words(self):
        """Without those of the questions."""
        return sum(len(text.split()) for text in self.plain_texts)

    @cached_property
    def plain_texts(self):
        return [plain(section.body_html) for section in self.shown]

    @property
    def shown(self):
        """What holds the texts. A withdrawn one is shown to nobody."""
        if self.contribution.is_withdrawn:
            return []
        return [section or self.contribution for section in self.sections]

    def together(self, texts):
        """Where several stand in a row, each answer is headed by what was asked."""
        if self.choice.rows == CONTRIBUTIONS:
            texts = map(headed, self.sections, texts)
        return "\n\n".join(texts)

    @property
    def address(self):
        """It names who has written, where that is not to be told; and what waits has none."""
        if self.choice.anonymised or self.contribution.number is None:
            return ""
        return self.absolute(self.contribution.get_absolute_url())


def headed(section, text):
    if section is None:
        return text
    return f"{section.question.key}. {section.question.text}\n\n{text}"


@dataclass(frozen=True)
class Column:
    value: Callable
    # "Model.field", as the record has it.
    shows: tuple


def of(model, name, value=None):
    """A column that is a field of the contribution or of its shown byline."""
    part = "byline" if model == "Byline" else "contribution"

    def found(row):
        owner = row.byline if part == "byline" else row.contribution
        return getattr(owner, name)

    return Column(value or found, (f"{model}.{name}",))


def joined(values):
    return "; ".join(values)


COLUMNS = {
    "discussion": Column(
        lambda row: row.contribution.discussion.slug,
        ("Contribution.discussion", "Discussion.slug"),
    ),
    "number": of("Contribution", "number"),
    "parent": Column(lambda row: row.contribution.parent_number, ("Contribution.parent",)),
    "depth": of("Contribution", "depth"),
    "question_key": Column(
        lambda row: joined(answer.question.key for answer in row.answers),
        ("Answer.question", "GuidingQuestion.key"),
    ),
    "question": Column(
        lambda row: joined(answer.question.text for answer in row.answers),
        ("GuidingQuestion.text",),
    ),
    "published_at": of(
        "Contribution", "published_at", lambda row: moment(row.contribution.published_at)
    ),
    "received_via": of("Contribution", "received_via"),
    "entered_by": of(
        "Contribution", "entered_by", lambda row: entered_by(row.contribution, row.choice)
    ),
    "name": Column(
        lambda row: str(row.byline.name),
        ("Byline.name", "Contribution.byline", "Contribution.author", "Byline.person"),
    ),
    "anonymous": of(
        "Contribution", "anonymous", lambda row: "yes" if row.contribution.anonymous else ""
    ),
    "organisation": of("Byline", "organisation"),
    "country": of("Byline", "country"),
    "country_name": of("Byline", "country", lambda row: str(country_name(row.byline.country))),
    "stakeholder_group": of("Byline", "stakeholder_group"),
    "role": of("Byline", "role", lambda row: str(row.byline.role) if row.byline.name else ""),
    "title": of("Byline", "title"),
    "capacity": of("Contribution", "capacity"),
    "language": of("Contribution", "language"),
    "text": Column(
        lambda row: row.text, ("Contribution.body", "Answer.body", "Answer.contribution")
    ),
    "plain": Column(lambda row: row.plain, ("Contribution.body_html", "Answer.body_html")),
    "state": of("Contribution", "state"),
    "reason": of("Contribution", "reason"),
    "edited_at": of("Contribution", "edited_at", lambda row: moment(row.contribution.edited_at)),
    "words": Column(lambda row: row.words, ("Contribution.body_html", "Answer.body_html")),
    "address": Column(lambda row: row.address, ()),
}
