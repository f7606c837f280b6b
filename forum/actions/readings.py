"""What somebody has seen, and what they follow: their own business, the log knows nothing of it."""

from django.utils import timezone

from config.prepared import Prepared

from .. import permissions
from ..models import Reading
from .base import refuse_unless

OF_PERSON = Prepared(lambda: Reading.objects.order_by(), "person", "discussion")


def look(discussion, user):
    """Note that somebody looks at a discussion; return their Reading.

    At most one small write, and none for most pages of a visit.
    """
    reading = OF_PERSON.first(user.person_id, discussion.pk)
    if reading is None:
        return begin(discussion, user.person_id)
    if changed := reading.look(discussion.last_number, timezone.now()):
        Reading.objects.filter(pk=reading.pk).update(**changed)
    return reading


def begin(discussion, person_id):
    """The first look: everything that is there counts as seen. In two windows at once, one wins."""
    reading = first_look(discussion, person_id)
    Reading.objects.bulk_create([reading], ignore_conflicts=True)
    return reading


def first_look(discussion, person_id):
    last = discussion.last_number
    return Reading(discussion=discussion, person_id=person_id, seen=last, new_after=last)


def follow(discussion, *, user, follows=True):
    """Follow a discussion, or follow it no more."""
    refuse_unless(permissions.can_follow(user))
    note_following(discussion, user.person_id, follows)


def note_following(discussion, person_id, follows):
    """In one statement: they may look at it at the same moment."""
    reading = first_look(discussion, person_id)
    reading.follows = follows
    Reading.objects.bulk_create(
        [reading],
        update_conflicts=True,
        unique_fields=["person", "discussion"],
        update_fields=["follows"],
    )
