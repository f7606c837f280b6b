"""What somebody has seen, and what they follow: their own business, the log knows nothing of it."""

from django.utils import timezone

from .. import permissions
from ..models import Reading
from .base import refuse_unless


def look(discussion, user):
    """Note that somebody looks at a discussion; return their Reading.

    At most one small write, and none for most pages of a visit.
    """
    mine = Reading.objects.filter(person=user.person_id, discussion=discussion)
    reading = mine.first()
    if reading is None:
        return begin(discussion, user.person_id)
    if changed := reading.look(discussion.last_number, timezone.now()):
        mine.update(**changed)
    return reading


def begin(discussion, person_id, **fields):
    """The first look: everything that is there counts as seen. In two windows at once, one wins."""
    last = discussion.last_number
    reading = Reading(
        discussion=discussion, person_id=person_id, seen=last, new_after=last, **fields
    )
    Reading.objects.bulk_create([reading], ignore_conflicts=True)
    return reading


def follow(discussion, *, user, follows=True):
    """Follow a discussion, or follow it no more."""
    refuse_unless(permissions.can_follow(user))
    mine = Reading.objects.filter(person=user.person_id, discussion=discussion)
    if not mine.update(follows=follows):
        begin(discussion, user.person_id, follows=follows)
