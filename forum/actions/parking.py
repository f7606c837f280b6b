"""Park what was sent by somebody who is not logged in, and let it go."""

from django.utils import timezone

from ..models import ParkedForm
from ..models.parking import MAX_BYTES, MAX_OF_A_PERSON, MAX_PARKED, key_of


def park(*, holder, path, fields, person=None):
    """Keep a form for its author; the same one, sent again with other words, takes its place.

    holder: the secret of the browser; person: the id of whoever the form was opened for, or None
    Forms that have waited too long go on the way. False when it is too large, or when there are too
    many: then nothing is kept.
    """
    erase_expired()
    same = {"holder": holder, "path": path, "key": key_of(fields)}
    others = ParkedForm.objects.filter(person=person).exclude(**same)
    most = MAX_OF_A_PERSON if person else MAX_PARKED
    longest = ParkedForm._meta.get_field("path").max_length
    too_large = ParkedForm(fields=fields).size > MAX_BYTES or len(path) > longest
    if too_large or others.count() >= most:
        return False
    values = {"fields": fields, "person_id": person, "parked_at": timezone.now()}
    ParkedForm.objects.update_or_create(**same, defaults=values)
    return True


def release(parked):
    """Let go what was published, kept as a draft, or thrown away: a QuerySet."""
    parked.delete()


def erase_expired():
    ParkedForm.objects.expired().delete()
