"""The form in which people write: a general text and a section for each guiding question."""

import uuid
from datetime import datetime

from django import forms
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.choices import language_choices

from .. import actions
from ..models import Contribution, Page
from ..models.contributions import MAX_CHARACTERS

ROWS_OF_BODY = 8
ROWS_OF_ANSWER = 6


class TextField(forms.CharField):
    """A long text as it was typed: only the line ends of the browser are made the usual ones."""

    def __init__(self, *, rows, **options):
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", "cols": 60})
        super().__init__(required=False, strip=False, widget=widget, **options)

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""


class KeyField(forms.UUIDField):
    """What a form is known by when it is sent twice. A damaged key protects nothing: a new one."""

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return uuid.uuid4()


class BegunField(forms.CharField):
    """A moment that this site has signed; None for whatever else comes."""

    SALT = "forum.begun"

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput, initial=self.now)

    def now(self):
        return self.signed(timezone.now())

    def signed(self, moment):
        return signing.dumps(moment.isoformat(), salt=self.SALT)

    def clean(self, value):
        try:
            return datetime.fromisoformat(signing.loads(value or "", salt=self.SALT))
        except signing.BadSignature:
            return None


class ContributionForm(forms.Form):
    """A new contribution or, with a parent, a reply."""

    body = TextField(rows=ROWS_OF_BODY, label=gettext_lazy("General comments"))
    language = forms.ChoiceField(label=gettext_lazy("Language of your text"))
    capacity = forms.ChoiceField(
        label=gettext_lazy("You write"),
        choices=Contribution.Capacity.choices,
        initial=Contribution.Capacity.PERSONAL,
        widget=forms.RadioSelect,
    )
    # It comes with the form: the same form sent twice gives one contribution.
    submission_key = KeyField(widget=forms.HiddenInput, initial=uuid.uuid4)
    # When it was opened, signed: what was begun before the closing has a little more time.
    begun = BegunField()
    # The number of the draft that it was made from; 0 for none.
    sequence = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False, min_value=0)

    # Set once its author was asked whether the same text shall stand there twice.
    again = forms.BooleanField(widget=forms.HiddenInput, required=False, initial="")

    def __init__(self, *args, discussion, user, parent=None, draft=None, **kwargs):
        super().__init__(*args, **{"initial": values_of(draft) if draft else {}} | kwargs)
        self.draft = draft
        self.discussion, self.user, self.parent = discussion, user, parent
        if parent:
            self.fields["body"].label = _("Your reply")
        self.add_answers()
        self.fields["language"].choices = language_choices(
            [*discussion.languages, discussion.language]
        )
        self.fields["language"].initial = self.likely_language()
        if discussion.anonymous_allowed or self.was_anonymous:
            self.fields["anonymous"] = forms.BooleanField(
                required=False,
                label=_("Do not show my name"),
                help_text=_("The staff of this discussion still see who you are."),
            )
        self.add_terms()

    def add_answers(self):
        for question in self.questions:
            asked = question.in_language(get_language())
            self.fields[answer_name(question)] = TextField(
                rows=ROWS_OF_ANSWER,
                label=format_html(
                    '<bdi lang="{}" dir="{}">{}. {}</bdi>',
                    asked.language,
                    asked.direction,
                    question.key,
                    asked.text,
                ),
            )

    def add_terms(self):
        """The tick, and which version of the rules it was set to."""
        if not actions.has_accepted_terms(self.discussion, self.user.person):
            self.fields["rules"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=Page.objects.current(Page.Key.RULES).pk
            )
            self.fields["terms"] = forms.BooleanField(
                # In a new window: nothing that was written may be lost on the way.
                label=format_html(
                    _(
                        'I accept the <a href="{}" target="_blank" rel="noopener">rules of '
                        "participation</a>"
                    ),
                    reverse("forum:rules"),
                ),
                help_text=_(
                    "My texts will be public, and may be quoted and translated under the licence "
                    "%(licence)s."
                )
                % {"licence": settings.LICENCE},
                error_messages={
                    "required": _("To contribute, please accept the rules of participation.")
                },
            )

    def likely_language(self):
        """The person's own, else the one they read in, else the discussion's."""
        offered = dict(self.fields["language"].choices)
        likely = (self.user.person.language, get_language(), self.discussion.language)
        return next((code for code in likely if code in offered), None)

    @property
    def was_anonymous(self):
        """Was the form sent, or the text written, without a name? That is offered no more, perhaps,
        and must not be taken back in silence."""
        return "anonymous" in self.data or self.initial.get("anonymous", False)

    @cached_property
    def questions(self):
        return list(self.discussion.questions.select_related("group"))

    @property
    def sections(self):
        """The guiding questions in their groups, each with its bound field, for the template."""
        sections = {}
        for question in self.questions:
            field = self[answer_name(question)]
            sections.setdefault(question.group, []).append((question, field))
        return sections.items()

    @property
    def answered(self):
        """Is there anything in the sections? A reply shows them only then."""
        return any(self[answer_name(question)].value() for question in self.questions)

    @property
    def limit(self):
        return number_format(MAX_CHARACTERS, force_grouping=True)

    @property
    def affiliation(self):
        """What will stand beside the name: organisation and country, without what is empty."""
        person = self.user.person
        return [part for part in (person.organisation, person.country_name) if part]

    @property
    def closing_fields(self):
        """What stands below the texts."""
        names = ("language", "capacity", "anonymous", "terms")
        return [self[name] for name in names if name in self.fields]

    def clean_rules(self):
        """The version that was read, as long as it is the newest one."""
        rules = Page.objects.filter(pk=self.cleaned_data["rules"], key=Page.Key.RULES).first()
        newest = rules and Page.objects.current(Page.Key.RULES, rules.language)
        if rules is None or rules != newest:
            self.renew("rules", Page.objects.current(Page.Key.RULES).pk)
            raise forms.ValidationError(
                _("The rules of participation have changed meanwhile. Please read them again.")
            )
        return rules

    def clean(self):
        texts = [self.cleaned_data.get("body", ""), *self.answers().values()]
        if not any(texts):
            raise forms.ValidationError(
                _("There is nothing in it yet. Write a general comment or answer a question.")
            )
        total = sum(len(text) for text in texts)
        if total > MAX_CHARACTERS:
            raise forms.ValidationError(too_long(total))

    def answers(self):
        """Question -> Markdown, without those that nobody answered."""
        given = {
            question: self.cleaned_data.get(answer_name(question), "")
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

    def save(self):
        return actions.contribute(
            discussion=self.discussion,
            user=self.user,
            text=self.text(),
            submission_key=self.cleaned_data["submission_key"],
            parent=self.parent,
            accepted=self.cleaned_data.get("rules"),
            begun_at=self.begun_at,
            draft=self.cleaned_data.get("sequence") or 0,
            again=self.cleaned_data["again"],
        )

    @property
    def begun_at(self):
        """When the form that was sent was opened; None if nobody knows."""
        return BegunField().clean(self.data.get(self.add_prefix("begun")))

    @property
    def is_readable(self):
        """Can every text that was sent be stored? What cannot be published may still be."""
        texts = ["body", *(answer_name(question) for question in self.questions)]
        return not any(name in self.errors for name in texts)

    def keep(self):
        """Keep what was sent as a draft, also where it could not be published."""
        sent = self.cleaned_data
        texts = {question.key: sent.get(answer_name(question), "") for question in self.questions}
        return actions.keep_draft(
            discussion=self.discussion,
            user=self.user,
            parent=self.parent,
            sequence=sent.get("sequence") or 0,
            text=actions.DraftText(
                submission_key=sent["submission_key"],
                begun_at=self.begun_at or timezone.now(),
                body=sent.get("body", ""),
                answers={key: text for key, text in texts.items() if text},
                language=sent.get("language", ""),
                capacity=sent.get("capacity", ""),
                anonymous=sent.get("anonymous", False),
            ),
        )

    def ask_again(self, why):
        """Show the form again; whoever sends it then means it."""
        self.renew("again", "yes")
        self.add_error(None, str(why))

    def renew(self, name, value):
        """Show the form again with another value in a hidden field."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value


class EditForm(ContributionForm):
    """The same form for something that is published already."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, contribution, user, **kwargs):
        self.contribution = contribution
        answers = contribution.answers.select_related("question")
        initial = {
            "body": contribution.body,
            "capacity": contribution.capacity,
            "anonymous": contribution.anonymous,
            "version": contribution.version,
        } | {answer_name(answer.question): answer.body for answer in answers}
        super().__init__(
            *args,
            discussion=contribution.discussion,
            user=user,
            parent=contribution.parent,
            initial=initial,
            **kwargs,
        )
        language = self.fields["language"]
        language.choices = language_choices([contribution.language, *dict(language.choices)])
        language.initial = contribution.language
        for name in ("submission_key", "begun", "sequence", "again"):
            del self.fields[name]

    def add_terms(self):
        """They were accepted with the first publication."""

    def save(self):
        return actions.edit(
            self.contribution,
            user=self.user,
            text=self.text(),
            version=self.cleaned_data["version"],
        )


def values_of(draft):
    """A draft as the initial values of the form."""
    answers = {f"answer-{key}": text for key, text in draft.answers.items()}
    chosen = {"language": draft.language, "capacity": draft.capacity}
    return (
        {name: value for name, value in chosen.items() if value}
        | answers
        | {
            "body": draft.body,
            "anonymous": draft.anonymous,
            "submission_key": draft.submission_key,
            "begun": BegunField().signed(draft.begun_at),
            "sequence": draft.sequence,
        }
    )


def answer_name(question):
    return f"answer-{question.key}"


def too_long(total):
    return _(
        "Your text has %(total)s characters; at most %(limit)s are possible: please shorten it by "
        "%(over)s."
    ) % {"total": total, "over": total - MAX_CHARACTERS, "limit": MAX_CHARACTERS}
