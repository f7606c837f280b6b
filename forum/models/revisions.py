"""Revisions: what a contribution was before."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction
from accounts.models import Person

from .states import Capacity


class Revision(models.Model):
    """What a contribution was before an edit: text, answers and metadata."""

    contribution = models.ForeignKey(
        "forum.Contribution", on_delete=models.PROTECT, related_name="revisions"
    )
    version = models.PositiveIntegerField()
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

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "version"], name="revision_once_for_each_version"
            ),
        ]

    def __str__(self):
        return f"{self.contribution} v{self.version}"

    @property
    def was_assigned(self):
        """Did a facilitator put passages of this version under questions? Nobody but them changes
        what another has written."""
        return self.replaced_by_id not in {None, self.contribution.author_id}

    @property
    def direction(self):
        return direction(self.language)


def assigned(**conditions):
    """Versions whose place was taken by what somebody else than their author did: assigning."""
    return Revision.objects.filter(**conditions).exclude(
        Q(replaced_by=None) | Q(replaced_by=F("contribution__author"))
    )
