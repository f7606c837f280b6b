"""Forms that were sent by somebody who was not logged in any more, kept until they are again."""

import json
import uuid
from datetime import timedelta
from hashlib import blake2b

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person

from .contributions import first_words

# So long a text waits for its author to log in.
KEPT_FOR = timedelta(hours=24)
# Of one form, in bytes: six times what can be published, in the longest letters there are.
MAX_BYTES = 200_000
# Of all strangers, who can leave something here, and of one person: a disk must not fill up.
MAX_PARKED = 2_000
MAX_OF_A_PERSON = 50
# Fields into which people write, beside the answers to questions.
WRITTEN = {"body", "message", "subject", "welcome", "background", "text", "note"}


class ParkedFormQuerySet(models.QuerySet):
    def current(self):
        return self.filter(parked_at__gt=timezone.now() - KEPT_FOR)

    def for_reader(self, holder, person):
        """What was sent from a form that was opened for this person, and what the browser with this
        secret has sent from a form that was opened for nobody; either may be None."""
        mine = Q(pk__in=[])
        if holder:
            mine |= Q(holder=holder, person=None)
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
    # Which form it was: another one at the same address takes no place from it.
    key = models.CharField(max_length=32)
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
            models.UniqueConstraint(
                fields=["holder", "path", "key"], name="parked_once_for_each_form"
            ),
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


def key_of(fields):
    """By which the same form is known when it is sent again: its own key, or else what it says."""
    own = fields.get("submission_key") or [fields[name] for name in sorted(filter(is_text, fields))]
    return blake2b(repr(own).encode(), digest_size=16).hexdigest()


def is_text(name):
    """Does somebody write into a field of this name?"""
    return name in WRITTEN or name.startswith("answer-")
