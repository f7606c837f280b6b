"""The outbox: one row for each mail that tells somebody of their news, with its Message-ID, before
anything is sent. What it says is asked when it goes out."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person

# For so long a mail belongs to the process that has taken it; renewed while that one is at work.
LEASE = timedelta(seconds=15)
# So often its text may have gone out without anybody knowing what became of it: the first time
# by a crash, the second time as the one double that this may make.
MOST_DOUBTS = 2
# After so long a server that takes no mail is no longer asked.
GIVEN_UP_AFTER = timedelta(days=3)
# Seconds between two tries of one mail: 2, 4, 8 … and never more than an hour.
LONGEST_PAUSE = 3600


class MailState(models.TextChoices):
    WAITING = "waiting"
    SENT = "sent"
    # There was nothing left to tell, or nobody who wants to hear it.
    NEEDLESS = "needless"
    # Its text went out twice, and the answer never came.
    UNSURE = "unsure"
    GIVEN_UP = "given_up"


class MailQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=MailState.WAITING)

    def free(self, now):
        """Those that nobody holds, or whose holder is gone."""
        return self.waiting().exclude(held_until__gt=now)

    def due(self, now):
        """Those to be sent now. What may have arrived already comes last."""
        return (
            self.free(now)
            .filter(due_at__lte=now, doubts__lt=MOST_DOUBTS)
            .order_by("doubts", "due_at", "pk")
        )

    def held_by(self, holder):
        """Those that this process has taken."""
        return self.waiting().filter(holder=holder)


class Mail(models.Model):
    State = MailState

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mails")
    # What its Message-ID is made of: a mail that comes twice is the same one for whoever reads it.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=20, choices=MailState, default=MailState.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(default=0)
    # The process that has taken it, and until when it is taken to be alive.
    holder = models.UUIDField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["doubts", "due_at"], condition=Q(state="waiting"), name="mail_waiting"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="mail_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at__isnull=True)
                | ~Q(state="waiting") & Q(settled_at__isnull=False),
                name="mail_waiting_is_not_settled",
            ),
            models.CheckConstraint(
                condition=Q(doubts__lte=MOST_DOUBTS), name="mail_doubts_are_bounded"
            ),
        ]

    def __str__(self):
        return self.message_id

    @property
    def message_id(self):
        return f"<{self.key}@{settings.SITE_HOST}>"

    @property
    def pause(self):
        """How long to wait after the next try that fails."""
        return timedelta(seconds=min(2 ** min(self.tries + 1, 20), LONGEST_PAUSE))
