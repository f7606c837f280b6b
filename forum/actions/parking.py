"""Park what was sent by somebody who is not logged in, and let it go."""

from django.utils import timezone

from ..models import ParkedForm
from ..models.parking import MAX_BYTES, MAX_PARKED


def park(*, holder, path, fields, person=None):
    """Keep a form for the browser that holds this secret; a later one takes its place.

    Forms that have waited too long go on the way. False when it is too large, or when there are too
    many: then nothing is kept.
    """
    erase_expired()
    form = ParkedForm(holder=holder, path=path, fields=fields, person_id=person)
    others = ParkedForm.objects.exclude(holder=holder, path=path)
    longest = ParkedForm._meta.get_field("path").max_length
    if form.size > MAX_BYTES or len(path) > longest or others.count() >= MAX_PARKED:
        return False
    ParkedForm.objects.update_or_create(
        holder=holder,
        path=path,
        defaults={"fields": fields, "person_id": person, "parked_at": timezone.now()},
    )
    return True


def release(parked):
    """Let go what was published, kept as a draft, or thrown away."""
    ParkedForm.objects.filter(pk=parked.pk).delete()


def erase_expired():
    ParkedForm.objects.expired().delete()
