"""Park what was sent by somebody who is not logged in, and let it go."""

from django.db import transaction

from ..models import ParkedForm
from ..models.parking import MAX_BYTES, MAX_PARKED


def park(*, holder, path, fields, person=None):
    """Keep a form for the browser that holds this secret; a later one takes its place.

    Forms that have waited too long go on the way. False when it is too large, or when there are too
    many: then nothing is kept.
    """
    ParkedForm.objects.expired().delete()
    form = ParkedForm(holder=holder, path=path, fields=fields, person_id=person)
    if form.size > MAX_BYTES or ParkedForm.objects.count() >= MAX_PARKED:
        return False
    with transaction.atomic():
        ParkedForm.objects.filter(holder=holder, path=path).delete()
        form.save(force_insert=True)
    return True


def release(*, holder, path):
    """Let go what waits there: it was published, kept as a draft, or thrown away."""
    ParkedForm.objects.filter(holder=holder, path=path).delete()
