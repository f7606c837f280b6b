"""What people ask of moderators about a contribution, and what moderators note for each other.

Their texts stand here, and never in the log.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

from .contributions import Contribution
from .log import LogEntry
from .states import Reason

# What somebody writes to moderators, in characters.
MAX_NOTE = 2_000


class Outcome(models.TextChoices):
    AGREED = "agreed", _("A moderator has agreed.")
    DISMISSED = "dismissed", _("A moderator has not agreed.")
    # Withdrawn by its author: there is nothing to decide any more.
    GONE = "gone", _("The author has withdrawn the contribution.")


class AppealQuerySet(models.QuerySet):
    def open(self):
        return self.filter(outcome="")


class ReportQuerySet(AppealQuerySet):
    def first_of_each(self):
        """The first open one about each contribution: it waits once, however many report it."""
        earlier = Report.objects.open().filter(
            contribution=OuterRef("contribution"), pk__lt=OuterRef("pk")
        )
        return self.open().filter(~Exists(earlier))


class Plea(models.Model):
    """Something that waits until a moderator has decided it, with an act in the log."""

    Outcome = Outcome

    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    # The act that has decided it.
    settled = models.ForeignKey(LogEntry, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(outcome=""), name="%(class)s_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled__isnull=True)
                | Q(outcome__in=Outcome.values, settled__isnull=False),
                name="%(class)s_outcome_comes_of_an_act",
            ),
        ]


class Report(Plea):
    """Somebody asks moderators to look at a contribution of somebody else."""

    Reason = Reason

    reporter = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reports")
    reason = models.CharField(max_length=20, choices=Reason)

    objects = ReportQuerySet.as_manager()

    class Meta(Plea.Meta):
        constraints = [
            *Plea.Meta.constraints,
            models.UniqueConstraint(
                fields=["contribution", "reporter"], name="report_once_for_each_person"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="report_reason_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.contribution}: {self.reason}"


class Appeal(Plea):
    """What an author answers to an act of the staff on their text: once for each act."""

    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="appeal")

    objects = AppealQuerySet.as_manager()

    class Meta(Plea.Meta):
        indexes = [
            *Plea.Meta.indexes,
            models.Index(fields=["contribution"], name="appeal_contribution"),
        ]
        constraints = [
            *Plea.Meta.constraints,
            models.CheckConstraint(condition=~Q(note=""), name="appeal_says_something"),
        ]

    def __str__(self):
        return f"{self.contribution}: {self.entry.act}"


class StaffNote(models.Model):
    """What a moderator notes about an act, for the staff alone."""

    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="note")
    text = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="staff_note_says_something"),
        ]

    def __str__(self):
        return str(self.entry)
