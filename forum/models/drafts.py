"""Drafts: what somebody has begun to write, kept until it is published or thrown away."""

import uuid

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction
from accounts.models import Person, User
from config.prepared import Prepared

from .contributions import MAX_CHARACTERS as LONGEST_CONTRIBUTION
from .contributions import Contribution, first_words
from .discussions import Discussion

# Ten times what can be published: what is too long is shortened, not lost.
MAX_CHARACTERS = 10 * LONGEST_CONTRIBUTION
# Of one person.
MOST_DRAFTS = 200

OF_DISCUSSION = Prepared(lambda: Draft.objects.filter(parent__isnull=True), "discussion", "person")
OF_REPLY = Prepared(lambda: Draft.objects.all(), "discussion", "person", "parent")


class DraftQuerySet(models.QuerySet):
    def at(self, discussion, person, parent=None):
        """The draft of this person for a contribution, or for a reply to a parent: one or none."""
        return self.filter(discussion=discussion, person=person, parent=parent)

    def made_from(self, sequence, window=None, following=0):
        """The draft that a form was made from: it has this number still.

        Or a later one, below `following`, that the same window has kept and whose answer was lost.
        """
        own = Q(window=window, sequence__lt=following) if window else Q(pk__in=[])
        return self.filter(Q(sequence=sequence) | own)

    def written_in(self, session_key, person):
        """Those that this session may still change: it has not ended, and its user may log in."""
        session = Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now())
        user = User.objects.filter(person=person, is_active=True)
        return self.filter(Exists(session), Exists(user))

    def behind(self, last):
        """Those that a list shows behind this one."""
        same_moment = Q(saved_at=last.saved_at, pk__lt=last.pk)
        return self.filter(Q(saved_at__lt=last.saved_at) | same_moment)

    def for_list(self):
        return self.select_related("discussion", "parent").order_by("-saved_at", "-pk")


class DraftManager(models.Manager.from_queryset(DraftQuerySet)):
    def find(self, discussion, person_id, parent=None):
        """The one of at(), or None."""
        if parent:
            return OF_REPLY.first(discussion.pk, person_id, parent.pk)
        return OF_DISCUSSION.first(discussion.pk, person_id)


class Draft(models.Model):
    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="drafts")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="drafts", db_index=False
    )
    parent = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    body = models.TextField(blank=True)
    # The key of a question -> what answers it, without those that nobody answered.
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=20, blank=True)
    capacity = models.CharField(max_length=20, blank=True)
    anonymous = models.BooleanField(default=False)
    # Goes into the form again: whatever becomes of it is published once.
    submission_key = models.UUIDField(default=uuid.uuid4)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    # Grows with every save. A form brings the number it was made from: an older one overwrites
    # nothing.
    sequence = models.PositiveIntegerField(default=1)
    # Which window of a browser has kept it, where a script did.
    window = models.UUIDField(null=True, blank=True)

    objects = DraftManager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "discussion"],
                condition=Q(parent__isnull=True),
                name="draft_once_for_each_discussion",
            ),
            models.UniqueConstraint(
                fields=["person", "parent"],
                condition=Q(parent__isnull=False),
                name="draft_once_for_each_parent",
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="draft_sequence_begins_with_one"
            ),
        ]

    def __str__(self):
        return self.first_words

    def get_absolute_url(self):
        """The form in which it goes on."""
        slug = self.discussion.slug
        if self.parent:
            return reverse("forum:reply", args=[slug, self.parent.number])
        return reverse("forum:contribute", args=[slug])

    @property
    def direction(self):
        return direction(self.language)

    def says(self, body, answers):
        """Is it these texts and nothing more? answers: the key of a question -> its answer."""
        return (self.body, self.answers) == (body, answers)

    @property
    def sections(self):
        """(key, text) of every text in it; the general one has no key."""
        general = [("", self.body)] if self.body else []
        return [*general, *self.answers.items()]

    @property
    def questions(self):
        """The keys of the questions that it answers: "Q1, Q3"."""
        return ", ".join(self.answers)

    @property
    def first_words(self):
        """What a list shows of it: the beginning of its first text, on one line."""
        _key, text = next(iter(self.sections), ("", ""))
        return first_words(text)
