"""What facilitators do to contributions, and the documents that they ask for."""

from django.db import transaction

from forum import permissions
from forum.actions import Stale, locked_contribution, refuse_unless, replace_text, tell_author
from forum.models import LogEntry

from ..passages import rearranged
from .documents import (
    delete_document,
    erase_expired_documents,
    look_after_documents,
    make_next_document,
    order_document,
)

__all__ = [
    "assign",
    "delete_document",
    "erase_expired_documents",
    "look_after_documents",
    "make_next_document",
    "order_document",
]


def assign(contribution, *, user, version, keys, leave_out):
    """Put the passages of a general text under questions; what stood there becomes a revision.

    keys: for each passage the key of a question, or "" where it stays
    leave_out: do lines that are nothing but the question's own words go?

    In order: rearrange and render, lock, refuse a stale page, keep the revision, store text and
    answers, correct the counters, log it, tell the author.
    """
    if contribution.version != version:
        raise Stale
    questions = list(contribution.discussion.questions.all())
    text = rearranged(contribution, questions, keys, leave_out=leave_out)
    rendered = text.rendered()
    chosen = [question.key for question in questions if question.key in keys]
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_assign(user, contribution))
        replace_text(contribution, by=user.person, text=text, rendered=rendered)
        entry = LogEntry.objects.record(
            "contribution.assign",
            actor=user,
            contribution=contribution,
            version=version,
            questions=chosen,
        )
        tell_author(contribution, entry)
    return contribution
