from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from .questions import GuidingQuestion


class Answer(models.Model):
    """The section of a contribution that answers one guiding question."""

    contribution = models.ForeignKey(
        "forum.Contribution", on_delete=models.PROTECT, related_name="answers"
    )
    question = models.ForeignKey(GuidingQuestion, on_delete=models.PROTECT, related_name="answers")
    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False)
    characters = models.GeneratedField(
        expression=Length("body"), output_field=models.PositiveIntegerField(), db_persist=True
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__number"]
        indexes = [models.Index(fields=["contribution", "characters"], name="answer_figures")]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "question"], name="answer_once_for_each_question"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="answer_has_words"),
        ]

    def __str__(self):
        return f"{self.contribution}/{self.question.key}"
