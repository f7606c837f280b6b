"""The forms in which moderators correct what a contribution is filed under, and redact words."""

import json
from hashlib import sha256

from django import forms
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.choices import language_choices
from forum.actions import Stale, why_not_below
from forum.forms import VersionForm
from forum.forms.fields import TextField
from forum.forms.writing import too_long
from forum.models import Contribution
from forum.models.contributions import MAX_CHARACTERS, PATH_WIDTH, first_words
from forum.models.states import CorrectedFor
from forum.redacting import Passage

from .. import correcting, redacting
from .acts import ReasonField

# Of a question so many characters stand in a choice.
LONGEST_CHOICE = 70
# Whoever wants to take out more hides the contribution.
MOST_WORDS = 5_000
# What says less stands in too many places.
FEWEST_LETTERS = 2


class CorrectForm(VersionForm):
    """What a contribution is filed under. Whoever comes second keeps what they have chosen anew,
    and sees everything else as it is now."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    capacity = forms.ChoiceField(
        label=gettext_lazy("Capacity"),
        choices=Contribution.Capacity.choices,
        widget=forms.RadioSelect,
    )
    parent = forms.CharField(
        label=gettext_lazy("In reply to"),
        help_text=gettext_lazy(
            "The number of a contribution; empty where it begins a thread. The replies to it come "
            "with it, and all numbers stay."
        ),
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason, for its author"),
        choices=[("", gettext_lazy("No reason given")), *CorrectedFor.choices],
        required=False,
    )
    # What the page showed, as JSON.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    is_stale = False

    def __init__(self, *args, contribution, **kwargs):
        super().__init__(*args, contribution=contribution, **kwargs)
        discussion = contribution.discussion
        likely = [contribution.language, *discussion.languages, discussion.language]
        self.fields["language"].choices = language_choices(likely)
        self.answers = {f"question-{one.question.key}": one for one in self.answers_in_order}
        for name, answer in self.answers.items():
            self.fields[name] = forms.ChoiceField(
                label=_("The answer to %(key)s belongs to") % {"key": answer.question.key},
                help_text=first_words(answer.body),
                choices=self.question_choices,
                required=False,
            )
        self.order_fields(["version", "shown", "language", "capacity", "parent", *self.answers])
        # Without spaces: it is no text that somebody has written (never_loses_text).
        shown = json.dumps(self.now, separators=(",", ":"))
        self.initial |= self.now | {"shown": shown}

    @property
    def answers_in_order(self):
        return self.contribution.answers_in_order

    @cached_property
    def question_choices(self):
        questions = self.contribution.discussion.questions_by_id.values()
        worded = [(one.key, one.in_language(get_language()).text) for one in questions]
        asked = [(key, f"{key}. {Truncator(text).chars(LONGEST_CHOICE)}") for key, text in worded]
        return [("", _("General comments")), *asked]

    @cached_property
    def now(self):
        """What it is filed under: name of a field -> value."""
        contribution = self.contribution
        return {
            "language": contribution.language,
            "capacity": contribution.capacity,
            "parent": str(contribution.parent_number or ""),
        } | {name: answer.question.key for name, answer in self.answers.items()}

    def clean_parent(self):
        value = self.cleaned_data["parent"].strip().removeprefix("#")
        if not value:
            return None
        there = self.contribution.discussion.contributions.numbered()
        number = int(value) if value.isdecimal() and len(value) <= PATH_WIDTH else None
        parent = number and there.filter(number=number).first()
        if not parent:
            raise forms.ValidationError(_("There is no contribution with this number here."))
        is_new = number != self.contribution.parent_number
        if is_new and (sentence := why_not_below(self.contribution, parent)):
            raise forms.ValidationError(sentence)
        return number

    def clean(self):
        if self.cleaned_data.get("version") != self.contribution.version:
            self.ask_again(Stale())
        elif not self.errors:
            if not self.correction.changes(self.contribution):
                raise forms.ValidationError(_("Nothing is changed."))
            text = self.correction.text_of(self.contribution)
            total = len(text.body) + sum(map(len, text.answers.values()))
            if total > MAX_CHARACTERS:
                raise forms.ValidationError(too_long(total))

    @property
    def correction(self):
        values = self.cleaned_data
        return correcting.Correction(
            language=values["language"],
            capacity=values["capacity"],
            parent=values["parent"],
            questions={
                answer.question.key: values[name] if name in self.data else answer.question.key
                for name, answer in self.answers.items()
            },
        )

    def ask_again(self, stale):
        self.is_stale = True
        self.add_error(None, str(stale))

    def renewed(self, contribution):
        """The same form about the contribution as it is now."""
        form = type(self)(contribution=contribution, user=self.user)
        chosen = {
            name: self.data[name]
            for name in form.now
            if name in self.data and self.data[name] != self.was.get(name)
        }
        form.initial |= chosen | {"reason": self.data.get("reason", "")}
        return form

    @property
    def was(self):
        """What the page showed that this form was sent from."""
        try:
            was = json.loads(self.data.get("shown", ""))
        except (ValueError, RecursionError):
            return {}
        return was if isinstance(was, dict) else {}

    def save(self):
        return correcting.correct(
            self.contribution,
            user=self.user,
            version=self.cleaned_data["version"],
            correction=self.correction,
            reason=self.cleaned_data["reason"],
        )


class RedactForm(VersionForm):
    """Which words go, and why. What will be replaced is shown before anything is done."""

    words = TextField(
        rows=3,
        label=gettext_lazy("The words"),
        help_text=gettext_lazy("Exactly as they stand in the text: copy them from it."),
        max_length=MOST_WORDS,
    )
    reason = ReasonField()
    # What the preview has shown; without it, or for other words, there is another preview.
    found = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_words(self):
        words = self.cleaned_data["words"]
        if Passage(words).letters < FEWEST_LETTERS:
            raise forms.ValidationError(_("Give the words that shall go: two letters at least."))
        return words

    def clean(self):
        if not self.errors and not self.plan.own.times:
            sentence = _(
                "These words do not stand in it. Copy them from the text as it was written, below."
            )
            self.add_error("words", sentence)

    @cached_property
    def plan(self):
        """What would be replaced."""
        return redacting.plan(self.contribution, self.cleaned_data["words"])

    @property
    def preview(self):
        return self.plan if self.is_bound and self.is_valid() else None

    @property
    def digest(self):
        """What the preview shows, in short."""
        shown = self.cleaned_data["version"], self.cleaned_data["words"], self.plan.times
        return sha256(repr(shown).encode()).hexdigest()

    @property
    def is_confirmed(self):
        return self.is_bound and self.is_valid() and self.cleaned_data["found"] == self.digest

    def save(self):
        values = {name: self.cleaned_data[name] for name in ("version", "words", "reason")}
        self.done = redacting.redact(self.contribution, user=self.user, **values)
