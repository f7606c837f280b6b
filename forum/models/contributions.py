"""Contributions: what people say, numbered, in threads, answer by answer."""

import re
from datetime import timedelta

from django.db import models
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction, validate_language
from accounts.models import Person

from .answers import Answer
from .bylines import Byline, public_byline
from .discussions import STAFF_ROLES, Discussion
from .revisions import assigned
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


class ContributionQuerySet(models.QuerySet):
    def numbered(self):
        """What has a place in the discussion: published, or published once."""
        return self.filter(number__isnull=False)

    def published(self):
        return self.filter(state=Contribution.State.PUBLISHED)

    def sent_with(self, submission_key, user):
        """What came of a form that this user has sent: one or none."""
        return self.filter(author=user.person_id, submission_key=submission_key)

    def below(self, contribution):
        """Everything under a contribution, in the order of the page."""
        path = contribution.path
        # "~" sorts after every digit.
        return self.filter(
            discussion=contribution.discussion_id, path__gt=path, path__lt=path + "~"
        ).order_by("path")

    def for_list(self):
        """For pages that name contributions of several discussions by their first words."""
        answers = Answer.objects.select_related("question")
        return self.select_related("discussion", "byline", "parent").prefetch_related(
            Prefetch("answers", answers, to_attr="loaded_answers")
        )

    def for_display(self, question=None):
        """Whatever the drawing of a contribution needs, in a fixed number of queries, once it
        belongs to its discussion (belong_to), which knows the questions.

        question: of the answers, only those to it
        """
        answers = Answer.objects.order_by()
        if question:
            answers = answers.filter(question=question)
        return (
            self.select_related("byline")
            .annotate(
                parent_number=F("parent__number"),
                was_assigned=Exists(assigned(contribution=OuterRef("pk"))),
                has_body=Case(When(body="", then=False), default=True),
            )
            .prefetch_related(Prefetch("answers", answers, to_attr="loaded_answers"))
        )

    # --- what a reader chooses (ways.py); nothing empty restricts ---

    def in_language(self, code):
        return self.filter(language=code) if code else self

    def named_from(self, country="", group="", person=None):
        """Whose bylines say so. Whoever writes without their name is never found by it."""
        wanted = {
            "byline__country": country,
            "byline__stakeholder_group": group,
            "author": person,
        }
        wanted = {name: value for name, value in wanted.items() if value}
        return self.filter(anonymous=False, **wanted) if wanted else self

    def by_staff(self):
        """Signed with a role, and with the name."""
        return self.filter(anonymous=False, byline__role__in=STAFF_ROLES)

    def answering(self, question):
        return self.filter(
            Exists(Answer.objects.filter(contribution=OuterRef("pk"), question=question))
        )

    def since(self, moment):
        return self.filter(published_at__gte=moment)

    def saying(self, words, question=None):
        """All of these words, in any case, in the general text or in one answer; only in the answer
        to a question where one is given."""
        answers = Answer.objects.filter(says(words), contribution=OuterRef("pk"))
        if question:
            return self.filter(Exists(answers.filter(question=question)))
        return self.filter(says(words) | Exists(answers))

    def authors(self):
        """{"author", "count", "first", "latest"} of everybody who has written under their name, in
        the order in which they first did; the last two are numbers of contributions."""
        return (
            self.filter(anonymous=False)
            .values("author")
            .annotate(count=Count("pk"), first=Min("number"), latest=Max("number"))
            .order_by("first")
        )

    def counted_by_facets(self):
        """(language, country, group, "staff" or "", number) for each combination that exists.
        Whoever writes without their name is from nowhere, and nobody's staff."""

        def shown(value):
            return Case(When(anonymous=True, then=Value("")), default=value)

        staff = Case(When(byline__role__in=STAFF_ROLES, then=Value("staff")), default=Value(""))
        return (
            self.order_by()
            .annotate(
                country=shown(F("byline__country")),
                group=shown(F("byline__stakeholder_group")),
                by=shown(staff),
            )
            .values_list("language", "country", "group", "by")
            .annotate(count=Count("pk"))
        )


def says(words):
    """The condition that a text has all of these words, in any case."""
    # A regular expression, since LIKE of SQLite knows no capitals but those of English.
    return Q(*(Q(body__iregex=re.escape(word)) for word in words))


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

    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
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
    def is_hidden(self):
        return self.state == self.State.HIDDEN

    @property
    def is_withdrawn(self):
        return self.state == self.State.WITHDRAWN

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
