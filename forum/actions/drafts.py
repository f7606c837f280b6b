"""Keep and throw away drafts. They are their author's business alone: the log knows nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from .. import permissions
from ..models import Draft
from .base import Stale, refuse_unless


@dataclass
class DraftText:
    """What a form holds, whether it could be published or not."""

    submission_key: UUID
    begun_at: datetime
    body: str = ""
    # Key of a question -> Markdown.
    answers: dict = field(default_factory=dict)
    language: str = ""
    capacity: str = ""
    anonymous: bool = False


class StaleDraft(Stale):
    """Another window has kept a later draft, published it, or thrown it away; nothing was written.

    draft: the one that is there now, or None
    """

    def __init__(self, draft):
        self.draft = draft
        super().__init__()


def keep_draft(*, discussion, user, text, sequence, parent=None):
    """Keep what somebody has written so far; return the number of this state of the draft.

    sequence: the number that the form came with; 0 begins a draft. Anything but the number of the
    draft that is there raises StaleDraft. One UPDATE where the draft is there, one INSERT where it
    is not.
    """
    refuse_unless(permissions.can_keep_draft(user, discussion))
    there = Draft.objects.at(discussion, user.person_id, parent)
    values = vars(text) | {"saved_at": timezone.now()}
    if sequence:
        if there.filter(sequence=sequence).update(**values, sequence=F("sequence") + 1):
            return sequence + 1
        raise StaleDraft(there.first())
    try:
        with transaction.atomic():
            return Draft.objects.create(
                discussion=discussion, person=user.person, parent=parent, **values
            ).sequence
    except IntegrityError:
        raise StaleDraft(there.first()) from None


def discard_draft(draft):
    """Throw a draft away, whatever state it is in: its author has seen it and said so."""
    draft.delete()
