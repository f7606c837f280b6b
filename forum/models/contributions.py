"""Contributions: what people say, numbered, in threads, answer by answer."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction, validate_language
from accounts.models import Person

from .bylines import Byline, public_byline
from .discussions import Discussion
from .revisions import assigned
from .sayings import ContributionQuerySet
from .states import Capacity, Reason, ReceivedVia, State

# General text and answers together, in characters: about 5,000 words.
MAX_CHARACTERS = 30_000

# Deeper replies stand beside their parent on this level: a phone has no room for more.
MAX_DEPTH = 12

# What lists show of a text, in characters.
FIRST_WORDS = 120

# Digits of one step in a path. It bounds a discussion at 999,999 contributions.
PATH_WIDTH = 6
MAX_NUMBER = 10**PATH_WIDTH - 1


class PathField(models.CharField):
    """Compared byte by byte, whatever the database's own order of letters is."""

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Contribution(models.Model):
    State, Capacity, ReceivedVia, Reason = State, Capacity, ReceivedVia, Reason

    # The indexes below begin with discussion, root and author: no second one for each.
    discussion = models.ForeignKey(
        Discussion,
        on_delete=models.PROTECT,
        related_name="contributions",
        db_index=False,
        verbose_name=_("discussion"),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    # The first contribution of the thread; empty for that one itself.
    root = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="thread",
        db_index=False,
    )
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    path = PathField(max_length=PATH_WIDTH * MAX_DEPTH, null=True, blank=True, editable=False)
    depth = models.PositiveSmallIntegerField(default=1, editable=False)

    # The byline names the person too; here again for the constraint on submission_key.
    author = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="contributions", db_index=False
    )
    byline = models.ForeignKey(Byline, on_delete=models.PROTECT, related_name="contributions")
    anonymous = models.BooleanField(_("anonymous"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    # What a moderator adds to the reason when they return it; its author and they read it.
    note = models.TextField(_("note"), blank=True)

    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
    # Kept by the database itself, so that counting reads no texts.
    characters = models.GeneratedField(
        expression=Length("body"), output_field=models.PositiveIntegerField(), db_persist=True
    )
    language = models.CharField(_("language"), max_length=20, validators=[validate_language])
    capacity = models.CharField(
        _("capacity"), max_length=20, choices=Capacity, default=Capacity.PERSONAL
    )
    received_via = models.CharField(
        _("received"), max_length=20, choices=ReceivedVia, default=ReceivedVia.WEB
    )
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="entered"
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["discussion", "number"]
        indexes = [
            models.Index(fields=["root", "path"], name="contribution_threads"),
            models.Index(fields=["author", "discussion"], name="contribution_author"),
            # All that the statistics ask of a contribution (facilitation/statistics.py).
            models.Index(
                fields=[
                    "discussion",
                    "state",
                    "anonymous",
                    "language",
                    "published_at",
                    "byline",
                    "author",
                    "characters",
                    "parent",
                ],
                name="contribution_figures",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "number"], name="contribution_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["discussion", "path"], name="contribution_path_is_unique"
            ),
            models.UniqueConstraint(
                fields=["author", "submission_key"], name="contribution_submitted_once"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, path__isnull=True, published_at__isnull=True)
                | Q(
                    number__isnull=False,
                    number__gte=1,
                    number__lte=MAX_NUMBER,
                    path__isnull=False,
                    published_at__isnull=False,
                ),
                name="contribution_number_path_and_date_come_together",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(number__isnull=False),
                name="contribution_published_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "returned"], number__isnull=True)
                | Q(state__in=["published", "hidden", "withdrawn"]),
                name="contribution_waiting_has_no_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["hidden", "returned"]) & ~Q(reason="")
                | ~Q(state__in=["hidden", "returned"]) & Q(reason=""),
                name="contribution_reason_goes_with_hidden_or_returned",
            ),
            models.CheckConstraint(
                condition=Q(note="") | Q(state__in=["held", "returned"]),
                name="contribution_note_goes_before_publication",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *Reason.values]), name="contribution_reason_is_known"
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=Capacity.values), name="contribution_capacity_is_known"
            ),
            models.CheckConstraint(
                condition=Q(received_via__in=ReceivedVia.values),
                name="contribution_received_via_is_known",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root__isnull=True)
                | Q(parent__isnull=False, root__isnull=False),
                name="contribution_reply_has_a_root",
            ),
            models.CheckConstraint(
                condition=Q(depth__gte=1, depth__lte=MAX_DEPTH),
                name="contribution_depth_is_bounded",
            ),
            models.CheckConstraint(
                condition=Q(path__isnull=True) | Q(Exact(Length("path"), F("depth") * PATH_WIDTH)),
                name="contribution_path_is_as_long_as_it_is_deep",
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        """Where everybody reads it; where its author does, as long as it has no number."""
        if self.number is None:
            return reverse("forum:own", args=[self.pk])
        return reverse("forum:contribution", args=[self.discussion.slug, self.number])

    @property
    def label(self):
        return f"#{self.number}" if self.number else "–"

    @property
    def anchor(self):
        return f"c{self.number}"

    @cached_property
    def public_byline(self):
        return public_byline(self)

    @property
    def is_published(self):
        return self.state == self.State.PUBLISHED

    @property
    def is_held(self):
        return self.state == self.State.HELD

    @property
    def is_returned(self):
        return self.state == self.State.RETURNED

    @property
    def is_hidden(self):
        return self.state == self.State.HIDDEN

    @property
    def is_withdrawn(self):
        return self.state == self.State.WITHDRAWN

    @cached_property
    def proposal(self):
        """The change of what is published that waits for a moderator or was refused, or None."""
        return self.revisions.proposed().first()

    @cached_property
    def why_held(self):
        """The sentence that says why it, or a change of it, waits for a moderator."""
        held = self.log.filter(act__in=("contribution.hold", "contribution.propose"))
        entry = held.order_by("pk").last()
        return entry.reason_name if entry else ""

    @property
    def has_pending_change(self):
        """Does a change of what readers see wait for a moderator?"""
        return self.is_published and bool(self.proposal and self.proposal.is_pending)

    @cached_property
    def was_assigned(self):
        """Has a facilitator put passages of it under questions? for_display() knows already."""
        return assigned(contribution=self).exists()

    @cached_property
    def has_body(self):
        """Is there a general text? for_display() knows already, where that itself is not loaded."""
        return bool(self.body)

    @property
    def editable_until(self):
        """Until when its author may change it."""
        return self.published_at + timedelta(minutes=self.discussion.edit_minutes)

    @property
    def direction(self):
        return direction(self.language)

    @cached_property
    def parent_number(self):
        """What it replies to; for_display() knows already."""
        return self.parent.number if self.parent else None

    @cached_property
    def loaded_answers(self):
        """Its answers, asked for once; for_display() knows already."""
        return list(self.answers.select_related("question"))

    @property
    def answers_in_order(self):
        """The answers in the order of the questions."""
        return sorted(self.loaded_answers, key=lambda answer: answer.question.number)

    @property
    def first_html(self):
        """Its first text as it is shown. Needs the answers."""
        return self.body_html or self.answers_in_order[0].body_html

    @property
    def title(self):
        """#12 – Ana Souza: Connecting the last villages"""
        return f"{self.label} – {self.public_byline.name}: {self.discussion.title}"

    @property
    def first_words(self):
        """The beginning of its first text, on one line. Needs the answers."""
        return first_words(self.body or self.answers_in_order[0].body)

    def belong_to(self, discussion):
        """Use this instance, with the roles and the questions that it knows: no more queries.
        Needs for_display()."""
        self.discussion = discussion
        for answer in self.loaded_answers:
            answer.question = discussion.questions_by_id[answer.question_id]

    def place_below(self, parent):
        """Take the path and the depth that follow from the parent and the own number."""
        step = f"{self.number:0{PATH_WIDTH}d}"
        above = parent.path if parent else ""
        if parent and parent.depth >= MAX_DEPTH:
            above = above[:-PATH_WIDTH]
        self.path = above + step
        self.depth = len(self.path) // PATH_WIDTH
        self.root = (parent.root or parent) if parent else None


def first_words(text):
    """The beginning of a text on one line, ended between two words where there are spaces."""
    words = " ".join(text[: 2 * FIRST_WORDS].split())
    if len(words) <= FIRST_WORDS:
        return words
    cut = words[:FIRST_WORDS]
    whole = cut.rpartition(" ")[0]
    return f"{whole if len(whole) > FIRST_WORDS // 2 else cut}…"
