"""What stands around a discussion: its hosts, and the time that it was given."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .discussions import FIRST_DATE, LAST_DATE, Discussion, validate_line


class Host(models.Model):
    """An institution that holds the discussion."""

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="hosts")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=200, validators=[validate_line])
    url = models.URLField(_("web address"), blank=True)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class Extension(models.Model):
    """That a discussion was given more time, and why; shown on its page."""

    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="extensions")
    old_closes_at = models.DateTimeField(_("before"))
    new_closes_at = models.DateTimeField(_("after"))
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(new_closes_at__gt=F("old_closes_at")), name="extension_gives_more_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
            models.CheckConstraint(
                condition=Q(old_closes_at__gte=FIRST_DATE, new_closes_at__lt=LAST_DATE),
                name="extension_dates_are_of_our_time",
            ),
        ]

    def __str__(self):
        return self.reason
