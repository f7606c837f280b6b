"""The rows of an export, one after the other, whatever format they end in."""

from forum.streams import everything

from .choice import CONTRIBUTIONS
from .columns import COLUMNS, Row


def rows(discussion, choice, absolute):
    """A Row for each; in the same few queries whatever their number."""
    chosen = choice.among(discussion).select_related("entered_by")
    for contribution in everything(discussion, by=choice.order, among=chosen):
        sections = sections_of(contribution, choice)
        for together in [tuple(sections)] if choice.rows == CONTRIBUTIONS else zip(sections):
            yield Row(contribution, together, choice, absolute)


def sections_of(contribution, choice):
    """Its general text as None, then its answers; of what is withdrawn nothing but that it is."""
    if contribution.is_withdrawn:
        return [None]
    answers = contribution.answers_in_order
    if choice.question:
        return [answer for answer in answers if answer.question.key == choice.question]
    return [None, *answers] if contribution.body or not answers else answers


def values(row):
    """Strings and numbers; what is missing is None or empty."""
    return [column.value(row) for column in COLUMNS.values()]
