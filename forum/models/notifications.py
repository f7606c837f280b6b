"""Notifications: one row for each person whom something concerns. The site lists them; mail is a
later reading of them (mail/)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Person

from .bulletins import Bulletin, BulletinState
from .contributions import Contribution
from .discussions import Discussion
from .log import LogEntry
from .mails import Mail
from .memberships import STEERING_ROLES
from .states import State


class Occasion(models.TextChoices):
    # Of a text.
    REPLY = "reply"
    ACT = "act"
    WAITS = "waits"
    SETTLED = "settled"
    # Of a discussion.
    OPENS = "opens"
    CLOSES_SOON = "closes_soon"
    EXTENDED = "extended"
    CLOSED = "closed"
    BULLETIN = "bulletin"


OF_A_TEXT = (Occasion.REPLY, Occasion.ACT, Occasion.WAITS, Occasion.SETTLED)
# What the clock brings, and nobody does: it has a date instead of an entry of the log.
BY_THE_CLOCK = (Occasion.OPENS, Occasion.CLOSES_SOON)
# What holds as long as the discussion is open.
WHILE_OPEN = (Occasion.OPENS, Occasion.CLOSES_SOON, Occasion.EXTENDED)


class NotificationQuerySet(models.QuerySet):
    def of(self, person):
        return self.filter(recipient=person)

    def unread(self):
        return self.filter(read_at__isnull=True)

    def tellable_to(self, user):
        """What its recipient may learn now, whatever it was when the row was made: nothing of a
        discussion that they may not read, of a reply or a bulletin that is not published, of a
        queue that is not theirs."""
        told = self.filter(discussion__in=Discussion.objects.visible_to(user))
        told = told.exclude(~Q(contribution__state=State.PUBLISHED), occasion=Occasion.REPLY)
        published = Q(bulletin__state=BulletinState.PUBLISHED)
        told = told.exclude(~published, occasion=Occasion.BULLETIN)
        if not user.is_authenticated:
            return told.exclude(occasion=Occasion.WAITS)
        mine = Discussion.objects.steered_by(user, STEERING_ROLES)
        return told.exclude(~Q(discussion__in=mine), occasion=Occasion.WAITS)

    def still_true(self, now):
        """Without dates that have passed, or were changed: nobody is mailed that something is open
        which has closed meanwhile."""
        ended = Q(discussion__closes_at__lte=now) | Q(discussion__closed_early_at__lte=now)
        moved = ~Q(moment=F("discussion__closes_at"))
        return (
            self.exclude(ended, occasion__in=WHILE_OPEN)
            .exclude(moved, occasion__in=(Occasion.CLOSES_SOON, Occasion.EXTENDED))
            .exclude(~ended, occasion=Occasion.CLOSED)
        )

    def behind(self, last):
        """Those that a list shows behind this one."""
        return self.filter(pk__lt=last)

    def for_list(self):
        """The latest first, with what their sentences need (forum/telling.py)."""
        return (
            self.select_related(
                "discussion",
                "entry",
                "bulletin__byline",
                "contribution__byline",
                "contribution__parent",
            )
            .prefetch_related("contribution__answers__question", "discussion__extensions")
            .order_by("-pk")
        )


class Notification(models.Model):
    Occasion = Occasion

    recipient = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="notifications", db_index=False
    )
    occasion = models.CharField(max_length=20, choices=Occasion)
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="notifications"
    )
    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    bulletin = models.ForeignKey(
        Bulletin, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    # The act that it tells of, or the date: one of a discussion that opens, closes or closes later.
    entry = models.ForeignKey(
        LogEntry, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    moment = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # Has nobody asked yet whether it is to be mailed? Then it stands in this mail, or in none.
    unasked = models.BooleanField(default=True)
    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["recipient", "id"], name="notification_of_a_person"),
            models.Index(
                fields=["recipient"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(fields=["id"], condition=Q(unasked=True), name="notification_unasked"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "occasion", "entry"],
                condition=Q(entry__isnull=False),
                name="notification_once_for_each_act",
            ),
            models.UniqueConstraint(
                fields=["recipient", "occasion", "discussion", "moment"],
                condition=Q(entry__isnull=True),
                name="notification_once_for_each_date",
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=Occasion.values), name="notification_occasion_is_known"
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=BY_THE_CLOCK, entry__isnull=True, moment__isnull=False)
                | ~Q(occasion__in=BY_THE_CLOCK) & Q(entry__isnull=False),
                name="notification_tells_of_an_act_or_a_date",
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=OF_A_TEXT, contribution__isnull=False)
                | ~Q(occasion__in=OF_A_TEXT) & Q(contribution__isnull=True),
                name="notification_of_a_text_names_it",
            ),
            models.CheckConstraint(
                condition=Q(occasion=Occasion.BULLETIN, bulletin__isnull=False)
                | ~Q(occasion=Occasion.BULLETIN) & Q(bulletin__isnull=True),
                name="notification_of_a_bulletin_names_it",
            ),
            models.CheckConstraint(
                condition=Q(unasked=False) | Q(mail__isnull=True),
                name="notification_in_a_mail_was_asked",
            ),
        ]

    def __str__(self):
        return f"{self.recipient}: {self.occasion}"
