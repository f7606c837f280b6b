"""Who may not contribute to one discussion until a date: muted by a moderator, for a reason."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from config.prepared import Prepared

from .states import Reason

CURRENT = Prepared(
    lambda: Mute.objects.filter(lifted__isnull=True), "discussion", "person", "until__gt"
)


class MuteQuerySet(models.QuerySet):
    def current(self):
        return self.filter(lifted__isnull=True, until__gt=timezone.now())


class MuteManager(models.Manager.from_queryset(MuteQuerySet)):
    def find(self, discussion_id, person_id):
        """The current one of this person in a discussion, or None."""
        return CURRENT.first(discussion_id, person_id, timezone.now())


class Mute(models.Model):
    # By name: what somebody is in a discussion (memberships.py) says that they are muted.
    discussion = models.ForeignKey(
        "forum.Discussion", on_delete=models.PROTECT, related_name="mutes"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mutes")
    # Because of which, and why: what the person is told.
    contribution = models.ForeignKey("forum.Contribution", on_delete=models.PROTECT)
    reason = models.CharField(max_length=40, choices=Reason)
    until = models.DateTimeField()
    # For those who steer the discussion; nobody else reads it.
    note = models.CharField(max_length=200, blank=True)
    # The acts in the log that have made it and ended it.
    entry = models.ForeignKey("forum.LogEntry", on_delete=models.PROTECT, related_name="+")
    lifted = models.ForeignKey(
        "forum.LogEntry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MuteManager()

    class Meta:
        verbose_name = _("muting")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "person"],
                condition=Q(lifted__isnull=True),
                name="mute_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="mute_reason_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.discussion}"
