"""Keep and throw away drafts. They are their author's business alone: the log knows nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import permissions
from ..models import Contribution, Draft
from ..models.drafts import MOST_DRAFTS
from .base import Refused, Stale, refuse_unless


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
    window: UUID | None = None


@dataclass(frozen=True)
class Turn:
    """Where a form stands in the sequence of a draft.

    sequence: the number that it was made from; 0 begins a draft
    following: the number that the draft gets; greater than by one where answers were lost before
    """

    sequence: int
    following: int


class StaleDraft(Stale):
    """Another window has kept a later draft, published it, or thrown it away; nothing was written.

    draft: the one that is there now, or None
    """

    def __init__(self, draft):
        self.draft = draft
        super().__init__()


def keep_draft(*, discussion, user, text, turn, parent=None):
    """Keep what somebody has written so far; return the number of this state of the draft.

    discussion, parent: objects or ids
    Another draft than the one that the form was made from raises StaleDraft, unless it says the
    same; and so does what was published from the same form meanwhile.
    """
    refuse_unless(permissions.can_keep_draft(user))
    there = Draft.objects.at(discussion, user.person_id, parent)
    if write_over(there, text, turn):
        return turn.following
    draft = there.first()
    if draft and draft.says(text.body, text.answers):
        return draft.sequence
    published = Contribution.objects.sent_with(text.submission_key, user).exists()
    if draft or turn.sequence or published:
        raise StaleDraft(draft)
    if Draft.objects.filter(person=user.person_id).count() >= MOST_DRAFTS:
        raise Refused(_("You have too many drafts to keep another one. Throw some away first."))
    try:
        with transaction.atomic():
            return Draft.objects.create(
                discussion_id=id_of(discussion),
                person_id=user.person_id,
                parent_id=id_of(parent),
                sequence=turn.following,
                **vars(text),
            ).sequence
    except IntegrityError:
        raise StaleDraft(there.first()) from None


def keep_draft_of(pen, *, session_key, text, turn):
    """What keep_draft() does, in one query: for a window that keeps its draft every few seconds.

    pen: for whom its form was opened, and where
    Return the new number; 0 where keep_draft() must find out what is different: the draft is not
    there yet or is another one, or the session has ended.
    """
    there = Draft.objects.at(pen.discussion, pen.person, pen.parent)
    mine = there.written_in(session_key, pen.person)
    return turn.following if write_over(mine, text, turn) else 0


def write_over(drafts, text, turn):
    made_from = drafts.made_from(turn.sequence, text.window, turn.following)
    return made_from.update(**vars(text), saved_at=timezone.now(), sequence=turn.following)


def id_of(thing):
    return getattr(thing, "pk", thing)


def discard_draft(draft, *, sequence):
    """Throw away the state of a draft that its author has seen; a later one raises StaleDraft."""
    if not Draft.objects.filter(pk=draft.pk, sequence=sequence).delete()[0]:
        raise StaleDraft(draft)
