"""Bulletins: what facilitators tell everybody who takes part, in the name of the discussion."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction, validate_language
from accounts.models import Person

from .bylines import Byline, public_byline
from .discussions import Discussion, validate_line

# A bulletin is read by everybody: as long as the longest contribution, at most.
MAX_CHARACTERS = 30_000
# Characters of HTML: a third of the screen of a phone.
LONG = 600


class BulletinKind(models.TextChoices):
    OPENING = "opening", _("Opening")
    WEEKLY = "weekly", _("Weekly summary")
    MIDPOINT = "midpoint", _("Mid-point")
    EXTENSION = "extension", _("Extension")
    CLOSING = "closing", _("Closing")


class BulletinState(models.TextChoices):
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn by the facilitators")


class BulletinQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=BulletinState.PUBLISHED)

    def for_display(self):
        """In their order, without the source, which no page shows."""
        return self.select_related("byline").defer("body", "earlier").order_by("number")


class Bulletin(models.Model):
    """A message with a number of its own; whatever was published once keeps it."""

    Kind, State = BulletinKind, BulletinState
    # It is always signed.
    anonymous = False

    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="bulletins")
    number = models.PositiveIntegerField(_("number"))
    # It stands behind this contribution, the last one when it was published; 0: in front of all.
    behind = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=BulletinKind)
    state = models.CharField(
        _("state"), max_length=20, choices=BulletinState, default=BulletinState.PUBLISHED
    )
    title = models.CharField(_("title"), max_length=200, validators=[validate_line])
    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=20, validators=[validate_language])
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bulletins")
    byline = models.ForeignKey(Byline, on_delete=models.PROTECT, related_name="+")
    # The contributions that it is about: #first–#last.
    first = models.PositiveIntegerField(_("from contribution"), null=True, blank=True)
    last = models.PositiveIntegerField(_("to contribution"), null=True, blank=True)
    # At the top of the discussion's page.
    pinned = models.BooleanField(_("pinned"), default=True)
    published_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # What stood there before: [{"version": 1, "title": "…", "body": "…", "replaced_at": "…"}].
    earlier = models.JSONField(default=list)
    # It comes with the form: the same form sent twice gives one bulletin.
    submission_key = models.UUIDField(null=True, editable=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "number"], name="bulletin_number_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["discussion"], condition=Q(pinned=True), name="bulletin_pinned_is_one"
            ),
            models.UniqueConstraint(
                fields=["author", "submission_key"],
                condition=Q(submission_key__isnull=False),
                name="bulletin_submitted_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BulletinKind.values), name="bulletin_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BulletinState.values), name="bulletin_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="published") | Q(pinned=False),
                name="bulletin_withdrawn_is_not_pinned",
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0) & ~Q(title="") & ~Q(body=""),
                name="bulletin_says_something",
            ),
            models.CheckConstraint(
                condition=Q(first__isnull=True, last__isnull=True)
                | Q(first__gt=0, last__gte=F("first")),
                name="bulletin_covers_from_first_to_last",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("forum:bulletin", args=[self.discussion.slug, self.number])

    def belong_to(self, discussion):
        self.discussion = discussion

    @property
    def anchor(self):
        return f"b{self.number}"

    @property
    def is_long(self):
        """Would it push away what the discussion is about, where it stands at the top?"""
        return len(self.body_html) > LONG

    @property
    def is_published(self):
        return self.state == BulletinState.PUBLISHED

    @property
    def direction(self):
        return direction(self.language)

    @property
    def kind_name(self):
        return BulletinKind(self.kind).label

    @cached_property
    def public_byline(self):
        return public_byline(self)

    @property
    def covers(self):
        """#1–#12, or nothing."""
        if self.first is None:
            return ""
        return f"#{self.first}" if self.first == self.last else f"#{self.first}–#{self.last}"
