"""Discussions: the frame (window, hosts, questions) in which everything is said."""

import unicodedata
import zoneinfo
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction, validate_language
from accounts.models import User, validate_time_zone

from .windows import InTime, Window

# Unicode's categories of control characters and of separators of lines and paragraphs.
LINE_BREAKING = {"Cc", "Zl", "Zp"}

# Dates outside of these years are typing errors, and near the ends of time zones break.
FIRST_DATE = datetime(1900, 1, 1, tzinfo=UTC)
LAST_DATE = datetime(2200, 1, 1, tzinfo=UTC)

# So long after its date a discussion still takes what was begun before.
GRACE_PERIOD = timedelta(minutes=30)

# A year: longer than any discussion runs.
MOST_EDIT_MINUTES = 525_600

# One person alone never puts out of sight what somebody else has written.
FEWEST_REPORTS, MOST_REPORTS = 2, 1_000

# Long enough for the windows of real agencies; an address must stay short enough for a mail.
SLUG_LENGTH = 80


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everyone may read")
    ACCOUNTS = "accounts", _("Whoever has an account may read")
    INVITED = "invited", _("Only those who were invited may read")


class Moderation(models.TextChoices):
    """Whether readers or a moderator see a contribution first."""

    AFTER = "after", _("Contributions are published at once")
    FIRST_HELD = "first_held", _("The first contribution of a new person waits for a moderator")
    ALL_HELD = "all_held", _("Every contribution waits for a moderator")


def validate_line(value):
    """What stands in headings and in subjects of mail. No-break spaces belong to many languages."""
    if any(unicodedata.category(sign) in LINE_BREAKING for sign in value):
        raise ValidationError(_("It must be one line, without invisible characters."))


WRONG_DATE = _("A date between the years 1900 and 2199 is expected.")


def validate_date(value):
    if not FIRST_DATE <= value < LAST_DATE:
        raise ValidationError(WRONG_DATE)


class DiscussionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What this user may read; whatever is not in here is 404 to them."""
        if user.is_authenticated and user.acts_as_superuser:
            return self
        public = Q(published=True, visibility=Discussion.Visibility.PUBLIC)
        if not user.is_authenticated:
            return self.filter(public)
        mine = Discussion.objects.filter(memberships__person=user.person_id)
        return self.filter(
            public
            | Q(published=True, visibility=Discussion.Visibility.ACCOUNTS)
            | Q(published=True, pk__in=mine)
            | Q(pk__in=Discussion.objects.steered_by(user, STAFF_ROLES))
        )

    def public(self):
        """What everybody may read, and find."""
        return self.filter(published=True, visibility=Discussion.Visibility.PUBLIC)

    def steered_by(self, user, roles):
        """The discussions in which this user holds one of these roles, awake."""
        if user.acts_as_superuser:
            return self
        # Both conditions in one filter(): they must hold for the same membership.
        held = Discussion.objects.filter(
            memberships__person=user.person_id, memberships__role__in=roles
        )
        # Inside the query: plain participants are not asked for a second factor.
        if settings.STAFF_SECOND_FACTOR:
            held = held.filter(Exists(User.objects.awake().filter(pk=user.pk)))
        return self.filter(pk__in=held.values("pk"))

    def led_by(self, person):
        """Those of whose staff this person is, awake or not."""
        held = Discussion.objects.filter(
            memberships__person=person, memberships__role__in=STAFF_ROLES
        )
        return self.filter(pk__in=held.values("pk"))

    def in_window(self, window, now=None):
        """Those that are upcoming, open or closed; the same rule as Discussion.window_at."""
        now = now or timezone.now()
        closed = Q(closes_at__lte=now) | Q(closed_early_at__lte=now)
        return {
            Window.UPCOMING: self.filter(opens_at__gt=now).exclude(closed),
            Window.OPEN: self.filter(opens_at__lte=now).exclude(closed),
            Window.CLOSED: self.filter(closed),
        }[window]

    def closed_before(self, other):
        """Those that stand behind this one, the latest first. Needs latest_closed_first()."""
        return self.filter(Q(ended__lt=other.ended_at) | Q(ended=other.ended_at, pk__lt=other.pk))

    def latest_closed_first(self):
        """By the moment at which they really closed."""
        return self.annotate(ended=Coalesce("closed_early_at", "closes_at")).order_by(
            "-ended", "-pk"
        )

    def for_home(self):
        return self.prefetch_related("hosts")


# Named here as words, since memberships.py imports this file.
STAFF_ROLES = ("organiser", "facilitator", "moderator")


def default_languages():
    return []


class Discussion(InTime, models.Model):
    """A moderated e-discussion with a window."""

    Visibility, Moderation = Visibility, Moderation

    slug = models.SlugField(
        _("address"),
        max_length=SLUG_LENGTH,
        unique=True,
        help_text=_("The last part of its web address. It cannot change once it is published."),
    )
    title = models.CharField(_("title"), max_length=200, validators=[validate_line])
    welcome = models.TextField(_("welcome"), blank=True, help_text=_("Markdown."))
    welcome_html = models.TextField(editable=False, blank=True)
    background = models.TextField(_("background"), blank=True, help_text=_("Markdown."))
    background_html = models.TextField(editable=False, blank=True)
    language = models.CharField(
        _("language"), max_length=20, default="en", validators=[validate_language]
    )
    languages = models.JSONField(
        _("welcomed languages"),
        default=default_languages,
        blank=True,
        help_text=_("Codes of the languages that contributions may be written in."),
    )

    opens_at = models.DateTimeField(_("opens"), validators=[validate_date])
    closes_at = models.DateTimeField(_("closes"), validators=[validate_date])
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="UTC", validators=[validate_time_zone]
    )
    published = models.BooleanField(_("published"), default=False, editable=False)
    closed_early_at = models.DateTimeField(_("closed early"), null=True, blank=True, editable=False)

    visibility = models.CharField(
        _("who may read"), max_length=20, choices=Visibility, default=Visibility.PUBLIC
    )
    moderation = models.CharField(
        _("moderation"),
        max_length=20,
        choices=Moderation,
        default=Moderation.AFTER,
        help_text=_(
            "What waits is seen by its author, the moderators and the organisers. Links of people "
            "without a published contribution here wait always."
        ),
    )
    edit_minutes = models.PositiveIntegerField(
        _("minutes for editing"),
        default=30,
        validators=[MaxValueValidator(MOST_EDIT_MINUTES)],
        help_text=_("How long authors may change what they have published."),
    )
    anonymous_allowed = models.BooleanField(
        _("anonymous contributions"),
        default=False,
        help_text=_("Authors may ask that their name is not shown. Staff still see it."),
    )
    statistics_public = models.BooleanField(
        _("public statistics"),
        default=False,
        help_text=_("Whoever may read it also sees its statistics. Staff always see them."),
    )

    cover_after = models.PositiveSmallIntegerField(
        _("reports that put a contribution out of sight"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FEWEST_REPORTS), MaxValueValidator(MOST_REPORTS)],
        help_text=_(
            "When so many people have reported it, readers do not see it until a moderator has "
            "decided. Its author is told. Texts of the staff stay. Empty: only moderators hide."
        ),
    )

    # Kept by the actions, under the row's lock.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    # Of bulletins: as long as it is 0, no page asks for any.
    last_bulletin = models.PositiveIntegerField(default=0, editable=False)
    contribution_count = models.PositiveIntegerField(_("contributions"), default=0, editable=False)
    author_count = models.PositiveIntegerField(_("authors"), default=0, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)
    # The opens_at and the closes_at of which those who follow it were told.
    told_opening = models.DateTimeField(null=True, editable=False)
    told_closing = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        ordering = ["-opens_at", "-pk"]
        indexes = [models.Index(fields=["published", "closes_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="discussion_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__gte=FIRST_DATE, closes_at__lt=LAST_DATE),
                name="discussion_dates_are_of_our_time",
            ),
            models.CheckConstraint(
                condition=Q(edit_minutes__lte=MOST_EDIT_MINUTES),
                name="discussion_edit_minutes_are_bounded",
            ),
            models.CheckConstraint(
                condition=Q(cover_after__isnull=True)
                | Q(cover_after__gte=FEWEST_REPORTS, cover_after__lte=MOST_REPORTS),
                name="discussion_covers_after_some_reports",
            ),
            models.CheckConstraint(
                condition=Q(closed_early_at__isnull=True)
                | Q(closed_early_at__gte=F("opens_at"), closed_early_at__lte=F("closes_at")),
                name="discussion_closed_early_inside_its_window",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug=""), name="discussion_has_title_and_slug"
            ),
            models.CheckConstraint(
                condition=Q(contribution_count__lte=F("last_number")),
                name="discussion_counts_no_more_than_numbered",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="discussion_visibility_is_known"
            ),
            models.CheckConstraint(
                condition=Q(moderation__in=Moderation.values), name="discussion_moderation_is_known"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("forum:discussion", args=[self.slug])

    def clean(self):
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("A discussion must close after it has opened.")})
        early = self.closed_early_at
        if early and not self.opens_at <= early <= self.closes_at:
            raise ValidationError(
                {"closes_at": _("It was closed early, outside of this window. Reopen it first.")}
            )
        if not isinstance(self.languages, list) or not all(
            isinstance(code, str) for code in self.languages
        ):
            raise ValidationError({"languages": _("Give a list of language codes.")})
        for code in self.languages:
            validate_language(code)

    # --- the window ---

    @property
    def ended_at(self):
        """When it closes or has closed."""
        return self.closed_early_at or self.closes_at

    @property
    def grace_until(self):
        """Until when a text may be sent that was begun before the closing; None after “close now”,
        which ends everything at once."""
        return None if self.closed_early_at else self.closes_at + GRACE_PERIOD

    @property
    def is_findable(self):
        """May search engines lead to it? As DiscussionQuerySet.public() has it."""
        return self.published and self.visibility == Visibility.PUBLIC

    @property
    def direction(self):
        """In which its own texts are written."""
        return direction(self.language)

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def has_questions(self):
        return bool(self.questions_by_id)

    @cached_property
    def questions_by_id(self):
        """The guiding questions in their order; asked for once."""
        return {question.pk: question for question in self.questions.asked_in(self)}

    @property
    def questions_in_groups(self):
        """(group, its questions) for each group that has some."""
        return [
            (group, list(questions))
            for group, questions in groupby(self.questions_by_id.values(), key=attrgetter("group"))
        ]

    @cached_property
    def shown_bulletins(self):
        """What its facilitators have published, in its order; asked for once, if there is any."""
        if not self.last_bulletin:
            return []
        found = list(self.bulletins.published().for_display())
        for bulletin in found:
            bulletin.belong_to(self)
        return found

    @property
    def pinned_bulletin(self):
        return next((bulletin for bulletin in self.shown_bulletins if bulletin.pinned), None)

    # --- its people ---

    def roles_of(self, user):
        """The roles of this user here, as a set. Loaded once for each user and instance."""
        if not user.is_authenticated:
            return frozenset()
        known = self.__dict__.setdefault("_roles", {})
        if user.person_id not in known:
            held = self.memberships_of(user.person_id)
            known[user.person_id] = frozenset(membership.role for membership in held)
        return known[user.person_id]

    def mute_of(self, user):
        """What keeps this user from contributing here now, or None; readers cost no query."""
        known, person_id = self.__dict__.setdefault("_mutes", {}), user.person_id
        if person_id not in known:
            takes_part = self.memberships_of(person_id)
            known[person_id] = self.mutes.find(self.pk, person_id) if takes_part else None
        return known[person_id]

    @cached_property
    def people_of_staff(self):
        """The keys of the persons who hold a role of the staff, asleep or awake."""
        return frozenset(self.memberships.staff().values_list("person", flat=True))

    def memberships_of(self, person_id):
        """What this person is here. Loaded once for each person and instance."""
        known = self.__dict__.setdefault("_memberships", {})
        if person_id not in known:
            known[person_id] = self.memberships.held(self.pk, person_id)
        return known[person_id]

    def know(self, person_id, memberships, mute):
        """Take these for what this person is here: a list of discussions asks once for all."""
        self.__dict__.setdefault("_memberships", {})[person_id] = memberships
        self.__dict__.setdefault("_mutes", {})[person_id] = mute

    def touch(self, **fields):
        """Write these fields, and that something here has changed: pages depend on the version.
        Values may be F() expressions; whoever reads a field afterwards has it loaded then."""
        changed = {"version": F("version") + 1, **fields}
        Discussion.objects.filter(pk=self.pk).update(**changed)
        for name in changed:
            self.__dict__.pop(name, None)
