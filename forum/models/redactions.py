"""Redactions: that words of a contribution were replaced by a marker, why, and once more the words.

What a reader sees of it is the marker in the text and, outside of the text, the reason. The words
stand here alone, for those who steer, until they are erased: no output reads them but the page of
the act.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

from .states import Reason


class Redaction(models.Model):
    contribution = models.ForeignKey(
        "forum.Contribution", on_delete=models.PROTECT, related_name="redactions"
    )
    # The redaction of what stands quoted here; empty where the words were said.
    of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="quotations"
    )
    # Nobody, where the discussion was loaded from a file.
    moderator = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    words = models.TextField(_("words"), blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="redaction_reason_is_known"
            ),
            models.CheckConstraint(
                condition=Q(words="") | Q(of__isnull=True, erased_at__isnull=True),
                name="redaction_words_stand_once_until_erased",
            ),
        ]

    def __str__(self):
        return f"{self.contribution}: {self.reason}"


def reason_of_latest(**conditions):
    """The code of the reason for the last redaction: at most one row."""
    found = Redaction.objects.filter(**conditions).order_by("-pk")
    return found.values_list("reason", flat=True)[:1]
