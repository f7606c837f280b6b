"""Forms that were sent by somebody who was not logged in any more, kept until they are again."""

import json
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person

from .contributions import first_words

# So long a text waits for its author to log in.
KEPT_FOR = timedelta(hours=24)
# Of one form, in bytes: six times what can be published, in the longest letters there are.
MAX_BYTES = 200_000
# Of all: strangers can leave something here, and a disk must not fill up.
MAX_PARKED = 2_000


class ParkedFormQuerySet(models.QuerySet):
    def current(self):
        return self.filter(parked_at__gt=timezone.now() - KEPT_FOR)

    def for_reader(self, holder, person):
        """What the browser with this secret has sent, and what was sent from a form that was opened
        for this person; either may be None."""
        mine = Q(pk__in=[])
        if holder:
            mine |= Q(holder=holder)
        if person:
            mine |= Q(person=person)
        return self.filter(mine)

    def expired(self):
        return self.exclude(parked_at__gt=timezone.now() - KEPT_FOR)


class ParkedForm(models.Model):
    """What was sent to an address of this site: for the browser that has sent it, and for whom the
    form was opened for."""

    # A secret in the browser's session, which stays when somebody logs in.
    holder = models.UUIDField(default=uuid.uuid4)
    # The address without the prefix of a language.
    path = models.CharField(max_length=500)
    # Name -> value, as the form was filled in.
    fields = models.JSONField(default=dict)
    # Who was logged in when the form was opened, if anybody.
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    parked_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ParkedFormQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["holder", "path"], name="parked_once_for_each_address"),
        ]

    def __str__(self):
        return self.path

    @property
    def texts(self):
        """What somebody has written, without what is empty."""
        names = sorted(name for name in self.fields if is_text(name))
        return [text for name in names if (text := self.fields[name]).strip()]

    @property
    def first_words(self):
        return first_words(next(iter(self.texts), ""))

    @property
    def size(self):
        """In bytes, as it is stored."""
        return len(json.dumps(self.fields, ensure_ascii=False).encode())


def is_text(name):
    """Does somebody write into a field of this name?"""
    return name in {"body", "message", "subject"} or name.startswith("answer-")
