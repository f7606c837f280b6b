"""Where something stands in time, from its dates alone."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Window(models.TextChoices):
    """Where a discussion stands in time. Always computed, never stored."""

    UPCOMING = "upcoming", _("Upcoming")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class InTime:
    """Whatever has the dates of a discussion: opens_at, closes_at, closed_early_at."""

    def window_at(self, now):
        """upcoming, open or closed at that moment, from the dates and the staff's override."""
        if self.closed_early_at and self.closed_early_at <= now:
            return Window.CLOSED
        if now < self.opens_at:
            return Window.UPCOMING
        return Window.OPEN if now < self.closes_at else Window.CLOSED

    @property
    def window(self):
        return self.window_at(timezone.now())

    @property
    def is_open(self):
        return self.window == Window.OPEN

    @property
    def is_upcoming(self):
        return self.window == Window.UPCOMING

    @property
    def is_closed(self):
        return self.window == Window.CLOSED
