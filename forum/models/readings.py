"""Readings: what somebody has seen of a discussion, and whether they follow it."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models import Person

from .discussions import Discussion

# Whoever comes back after so long comes anew: what was said meanwhile is new to them.
VISIT = timedelta(minutes=30)
# So seldom is it written down that somebody is still here.
STILL_HERE = timedelta(minutes=5)


class Reading(models.Model):
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="readings")
    follows = models.BooleanField(default=False)
    # The last number that was there when they last looked, and the one after which "new" begins
    # during this visit.
    seen = models.PositiveIntegerField(default=0)
    new_after = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "discussion"], name="reading_once_for_each_discussion"
            ),
            models.CheckConstraint(
                condition=models.Q(new_after__lte=models.F("seen")),
                name="reading_new_begins_with_what_was_seen",
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.discussion}"

    def look(self, last_number, now):
        """Note that the discussion is looked at now; what has changed, if it must be written."""
        changed = {}
        if now - self.looked_at > VISIT:
            changed = {"new_after": self.seen, "seen": last_number, "looked_at": now}
        elif last_number > self.seen or now - self.looked_at > STILL_HERE:
            changed = {"seen": last_number, "looked_at": now}
        for name, value in changed.items():
            setattr(self, name, value)
        return changed
