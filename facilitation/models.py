"""Documents: what the worker makes of a discussion for somebody who has asked for it.

They are no part of the record: a row is work, and is gone with its file after some days.
"""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from forum.models import Discussion

# So long a file can be taken.
KEPT_FOR = timedelta(days=7)
# A process that does not say for so long that it is at work on a document is dead.
LEASE = timedelta(minutes=1)


class State(models.TextChoices):
    WAITING = "waiting", _("Waits for its turn")
    RUNNING = "running", _("Is being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class DocumentQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=[State.WAITING, State.RUNNING])

    def to_be_made(self):
        """Those that wait, and those whose process has died; the oldest first."""
        dead = Q(state=State.RUNNING, alive_at__lt=timezone.now() - LEASE)
        return self.filter(Q(state=State.WAITING) | dead).order_by("pk")

    def takeable(self):
        return self.filter(state=State.DONE, expires_at__gt=timezone.now())

    def expired(self):
        return self.filter(expires_at__lte=timezone.now())


class Document(models.Model):
    State = State

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="documents")
    # A key of kinds.KINDS.
    kind = models.CharField(max_length=20)
    options = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    # Of the options: who asks twice for the same finds the first.
    digest = models.CharField(max_length=64, editable=False)
    # In which its words are.
    language = models.CharField(max_length=20)
    requested_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    requested_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    # How often it was begun.
    runs = models.PositiveSmallIntegerField(default=0)
    # When whoever makes it last said that they are at work.
    alive_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    # The name of its file in DOCUMENTS_DIR, in bytes how long it is, until when it can be taken.
    file = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # Why it failed, as a sentence.
    error = models.TextField(blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "requested_by", "kind", "language", "digest"],
                condition=Q(state="waiting"),
                name="document_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="document_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="done") & ~Q(file="") | ~Q(state="done") & Q(file=""),
                name="document_is_done_with_its_file",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], expires_at__isnull=True)
                | Q(state__in=["done", "failed"], expires_at__isnull=False),
                name="document_expires_once_it_has_ended",
            ),
        ]

    def __str__(self):
        return f"{self.discussion}: {self.kind}"

    @property
    def path(self):
        return Path(settings.DOCUMENTS_DIR) / self.file

    @property
    def is_done(self):
        return self.state == State.DONE

    @property
    def is_unfinished(self):
        return self.state in (State.WAITING, State.RUNNING)


def digest_of(options):
    canonical = json.dumps(options, sort_keys=True, cls=DjangoJSONEncoder)
    return sha256(canonical.encode()).hexdigest()
