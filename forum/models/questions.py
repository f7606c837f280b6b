"""Guiding questions, in their groups."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import direction, known_as
from config.prepared import Prepared

from .discussions import FIRST_DATE, LAST_DATE, Discussion, validate_date, validate_line

ASKED = Prepared(
    lambda: GuidingQuestion.objects.select_related("group").order_by("number"), "discussion"
)


class QuestionGroup(models.Model):
    """A titled group of guiding questions, possibly with dates of its own ("week 2")."""

    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, related_name="question_groups"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200, blank=True, validators=[validate_line])
    opens_at = models.DateTimeField(_("from"), null=True, blank=True, validators=[validate_date])
    closes_at = models.DateTimeField(_("until"), null=True, blank=True, validators=[validate_date])

    class Meta:
        verbose_name = _("question group")
        verbose_name_plural = _("question groups")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="question_group_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=(Q(opens_at__isnull=True) | Q(opens_at__gte=FIRST_DATE))
                & (Q(closes_at__isnull=True) | Q(closes_at__lt=LAST_DATE)),
                name="question_group_dates_are_of_our_time",
            ),
        ]

    def __str__(self):
        return self.title or str(self.position)

    def clean(self):
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("It must end after it has begun.")})


class Wording(NamedTuple):
    """A question in one language."""

    text: str
    language: str

    @property
    def direction(self):
        return direction(self.language)


class QuestionManager(models.Manager):
    def asked_in(self, discussion):
        """All questions of a discussion in their order, with their groups, as a list."""
        found = ASKED.all(discussion.pk)
        for question in found:
            question.discussion = discussion
        return found


class GuidingQuestion(models.Model):
    """A question that the contributions answer one by one: Q1…Qn through the whole discussion."""

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="questions")
    group = models.ForeignKey(
        QuestionGroup, on_delete=models.PROTECT, related_name="questions", verbose_name=_("group")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    key = models.CharField(
        _("key"),
        max_length=20,
        validators=[
            RegexValidator(r"^[A-Za-z][A-Za-z0-9.-]*\Z", _("A letter, then letters and digits."))
        ],
    )
    text = models.TextField(_("question"))
    # The code of a language -> the same question in it. Its text is in the discussion's language.
    translations = models.JSONField(_("translations"), default=dict, blank=True)
    answer_count = models.PositiveIntegerField(_("answers"), default=0, editable=False)
    # Set when the words changed after somebody had answered them.
    reworded_at = models.DateTimeField(_("reworded"), null=True, blank=True, editable=False)

    objects = QuestionManager()

    class Meta:
        verbose_name = _("guiding question")
        verbose_name_plural = _("guiding questions")
        ordering = ["group__position", "group", "number"]
        constraints = [
            models.UniqueConstraint(fields=["discussion", "key"], name="question_key_is_unique"),
            models.UniqueConstraint(
                fields=["discussion", "number"], name="question_number_is_unique"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_has_words"),
        ]

    def __str__(self):
        return f"{self.key} {self.text}"

    def clean(self):
        if self.group_id and self.group.discussion_id != self.discussion_id:
            raise ValidationError({"group": _("This group belongs to another discussion.")})
        self.check_translations()

    def check_translations(self):
        """No constraint looks into them: this and the archive reader alone keep them right."""
        if not isinstance(self.translations, dict):
            raise ValidationError({"translations": _("Give a text for each language.")})
        seen = set()
        for code, text in self.translations.items():
            if wrong := self.why_not(code, text, seen):
                raise ValidationError({"translations": wrong})
            seen.add(known_as(code))

    def why_not(self, code, text, seen):
        """What stands against a translation, as a sentence; seen: the languages before it"""
        try:
            Discussion._meta.get_field("language").clean(code, None)
        except ValidationError as error:
            return " ".join(error.messages)
        if not isinstance(text, str) or not text.strip():
            return _("There is nothing after “%(code)s:”.") % {"code": code}
        if known_as(code) == known_as(self.discussion.language):
            return _("“%(code)s” is the language of the discussion itself.") % {"code": code}
        if known_as(code) in seen:
            return _("“%(code)s” stands here twice.") % {"code": code}
        return ""

    def in_language(self, code):
        """The question as a reader of this language finds it: translated, or in its own words."""
        own = self.discussion.language
        if known_as(code) != known_as(own):
            for language, text in self.translations.items():
                if known_as(language) == known_as(code):
                    return Wording(text, language)
        return Wording(self.text, own)

    @property
    def wordings(self):
        """Its words in every language that it has."""
        return [self.text, *self.translations.values()]
