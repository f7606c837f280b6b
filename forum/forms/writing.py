"""What every form shares in which people write: a general text, and a section for each question."""

from dataclasses import dataclass

from django import forms
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.choices import direction, language_choices

from .. import actions, markup, recognition
from ..models import Answer, Contribution
from ..models.contributions import MAX_CHARACTERS
from ..models.drafts import MAX_CHARACTERS as LONGEST_DRAFT
from .fields import TextField, answer_name

ROWS_OF_BODY = 8


class WritingForm(forms.Form):
    body = TextField(rows=ROWS_OF_BODY, label=gettext_lazy("General comments"))
    language = forms.ChoiceField(label=gettext_lazy("Language of your text"))
    capacity = forms.ChoiceField(
        label=gettext_lazy("You write"),
        choices=Contribution.Capacity.choices,
        initial=Contribution.Capacity.PERSONAL,
        widget=forms.RadioSelect,
    )
    # Set once its author was asked whether pasted questions shall stay where they are.
    undivided = forms.BooleanField(widget=forms.HiddenInput, required=False, initial="")

    def __init__(self, *args, discussion, user, parent=None, attempt=1, **kwargs):
        """attempt: how many times it was sent, and one more.

        That goes into the address it is sent to: where a browser sends a form to its own address
        and gets no answer, "back" leads to the page before it, and what was typed is gone.
        """
        super().__init__(*args, **kwargs)
        self.discussion, self.user, self.parent = discussion, user, parent
        self.attempt = attempt
        # A visitor may write before they have an account.
        self.person = getattr(user, "person", None)
        if parent:
            self.fields["body"].label = _("Your reply")
        self.add_answers()
        self.fields["language"].choices = language_choices(self.languages)
        self.fields["language"].initial = self.likely_language()
        if discussion.anonymous_allowed or self.was_anonymous:
            self.fields["anonymous"] = forms.BooleanField(
                required=False,
                label=_("Do not show my name"),
                help_text=_("The staff of this discussion still see who you are."),
            )

    def add_answers(self):
        for question in self.questions:
            asked = question.in_language(get_language())
            self.fields[answer_name(question.key)] = TextField(
                label=format_html(
                    '<bdi lang="{}" dir="{}">{}. {}</bdi>',
                    asked.language,
                    asked.direction,
                    question.key,
                    asked.text,
                ),
            )

    @property
    def languages(self):
        """The codes to choose from."""
        return [*self.discussion.languages, self.discussion.language]

    def likely_language(self):
        """The person's own, else the one they read in, else the discussion's."""
        offered = dict(self.fields["language"].choices)
        own = self.person.language if self.person else ""
        likely = (own, get_language(), self.discussion.language)
        return next((code for code in likely if code in offered), None)

    @property
    def was_anonymous(self):
        """Was the form sent, or the text written, without a name? That is offered no more, perhaps,
        and must not be taken back in silence."""
        return "anonymous" in self.data or bool(self.initial.get("anonymous"))

    # --- for the template ---

    @cached_property
    def questions(self):
        return list(self.discussion.questions_by_id.values())

    @property
    def sections(self):
        """The guiding questions in their groups, each with its bound field."""
        sections = {}
        for question in self.questions:
            field = self[answer_name(question.key)]
            sections.setdefault(question.group, []).append((question, field))
        return sections.items()

    @property
    def answered(self):
        """Is there anything in the sections? A reply shows them only then."""
        return any(self[answer_name(question.key)].value() for question in self.questions)

    @property
    def limit(self):
        return MAX_CHARACTERS

    @property
    def limit_shown(self):
        return grouped(MAX_CHARACTERS)

    @property
    def affiliation(self):
        """What will stand beside the name: organisation and country, without what is empty."""
        return [part for part in (self.person.organisation, self.person.country_name) if part]

    @property
    def closing_fields(self):
        """What stands below the texts."""
        names = ("language", "capacity", "anonymous", "answer", "terms")
        return [self[name] for name in names if name in self.fields]

    # --- questions that were pasted into the general text ---

    @cached_property
    def division(self):
        """What the general text says to which question: [(key, passage)]; [] if it names none."""
        wordings = [(question.key, question.wordings) for question in self.questions]
        return recognition.split(self["body"].value() or "", wordings)

    @property
    def recognised(self):
        """The keys of the questions that stand in the general text: "Q1, Q3"."""
        return ", ".join(dict.fromkeys(key for key, _passage in self.division if key))

    @property
    def must_be_asked(self):
        return bool(self.recognised) and not self.cleaned_data["undivided"]

    def divide(self):
        """Put the passages into the sections of their questions, behind what is there; the author
        looks at them and decides."""
        passages = {"": []}
        for key, passage in self.division:
            passages.setdefault(key, []).append(passage)
        self.renew("body", "\n\n".join(passages.pop("")))
        for key, texts in passages.items():
            name = answer_name(key)
            there = (self[name].value() or "").strip()
            self.renew(name, "\n\n".join([there, *texts] if there else texts))
        del self.division

    # --- what it says ---

    def clean(self):
        if not any(self.texts()):
            raise forms.ValidationError(
                _("There is nothing in it yet. Write a general comment or answer a question.")
            )
        total = sum(len(text) for text in self.texts())
        if total > MAX_CHARACTERS:
            raise forms.ValidationError(too_long(total))

    def texts(self):
        return [self.cleaned_data.get("body", ""), *self.answers().values()]

    def answers(self):
        """Question -> Markdown, without those that nobody answered."""
        given = {
            question: self.cleaned_data.get(answer_name(question.key), "")
            for question in self.questions
        }
        return {question: text for question, text in given.items() if text}

    def text(self):
        return actions.Text(
            body=self.cleaned_data["body"],
            answers=self.answers(),
            language=self.cleaned_data["language"],
            capacity=self.cleaned_data["capacity"],
            anonymous=self.cleaned_data.get("anonymous", False),
        )

    @property
    def is_readable(self):
        """Can every text that was sent be stored? What cannot be published may still be."""
        names = ["body", *(answer_name(question.key) for question in self.questions)]
        return not any(name in self.errors for name in names)

    @property
    def can_be_kept(self):
        """As a draft: what is too long to be published is not too long for that."""
        return self.is_readable and sum(len(text) for text in self.texts()) <= LONGEST_DRAFT

    def preview(self):
        """What was sent as it will look; None if there is nothing in it."""
        if not self.is_readable or not any(self.texts()):
            return None
        return Preview(
            body_html=markup.render(self.cleaned_data["body"]),
            answers_in_order=[
                Answer(question=question, body_html=markup.render(body))
                for question, body in self.answers().items()
            ],
            language=self.cleaned_data.get("language", ""),
            words=grouped(sum(markup.words(text) for text in self.texts())),
            characters=grouped(sum(len(text) for text in self.texts())),
        )

    def renew(self, name, value):
        """Show the form again with another value in a field."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value


@dataclass(frozen=True)
class Preview:
    """A text that is not stored, for the template that shows stored ones."""

    body_html: str
    # Unsaved Answers.
    answers_in_order: list
    language: str
    # As the reader's language writes numbers.
    words: str
    characters: str

    @property
    def direction(self):
        return direction(self.language)


def too_long(total):
    return _(
        "Your text has %(total)s characters; at most %(limit)s are possible: please shorten it by "
        "%(over)s."
    ) % {
        "total": grouped(total),
        "over": grouped(total - MAX_CHARACTERS),
        "limit": grouped(MAX_CHARACTERS),
    }


def grouped(number):
    """30,000"""
    return number_format(number, force_grouping=True)
