"""Revisions: what a contribution was before, and what its author wants it to become."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction
from accounts.models import Person

from .states import Capacity, Reason, RevisionState, State


class RevisionQuerySet(models.QuerySet):
    def shown(self):
        """What readers could read."""
        return self.filter(state=RevisionState.SHOWN)

    def proposed(self):
        """Changes that no moderator has approved: one of each contribution at most."""
        return self.filter(state__in=PROPOSED)

    def pending(self):
        """Those that wait for one. What was hidden or withdrawn meanwhile waits no more."""
        return self.filter(state=RevisionState.PENDING, contribution__state=State.PUBLISHED)


PROPOSED = (RevisionState.PENDING, RevisionState.REFUSED)


class Revision(models.Model):
    """Text, answers and metadata: what a contribution was before an edit, or will be when a
    moderator has approved one."""

    State = RevisionState

    contribution = models.ForeignKey(
        "forum.Contribution", on_delete=models.PROTECT, related_name="revisions"
    )
    # Of a change that is proposed, the version that it was made from.
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=RevisionState, default=RevisionState.SHOWN)
    # Why it was refused: a code, and what a moderator adds; its author and they read it.
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    note = models.TextField(blank=True)
    body = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    # [{"question": "Q1", "body": "…", "body_html": "…"}], in the order of the questions.
    answers = models.JSONField(default=list)
    language = models.CharField(max_length=20)
    capacity = models.CharField(max_length=20, choices=Capacity)
    anonymous = models.BooleanField(default=False)
    # Since when this version stood, and when another took its place.
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # Did a moderator correct language, capacity or questions?
    was_corrected = models.BooleanField(default=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "version"], name="revision_once_for_each_version"
            ),
            models.UniqueConstraint(
                fields=["contribution"],
                condition=Q(state__in=PROPOSED),
                name="revision_one_proposal_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RevisionState.values), name="revision_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="refused", reason__in=Reason.values)
                | ~Q(state="refused") & Q(reason="", note=""),
                name="revision_reason_goes_with_refused",
            ),
        ]

    def __str__(self):
        return f"{self.contribution} v{self.version}"

    @property
    def was_assigned(self):
        """Did a facilitator put passages of this version under questions? Nobody but them and
        moderators changes what another has written."""
        by_author = self.replaced_by_id in {None, self.contribution.author_id}
        return not (by_author or self.was_corrected)

    @property
    def is_pending(self):
        return self.state == self.State.PENDING

    @property
    def direction(self):
        return direction(self.language)


def assigned(**conditions):
    """Versions whose place was taken by what somebody else than their author did: assigning."""
    return Revision.objects.filter(was_corrected=False, **conditions).exclude(
        Q(replaced_by=None) | Q(replaced_by=F("contribution__author"))
    )


def corrected(**conditions):
    """Versions whose place was taken by what a moderator has corrected."""
    return Revision.objects.filter(was_corrected=True, **conditions)
