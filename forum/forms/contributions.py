"""The forms of contributions: a new one or a reply, and the change of one that is published."""

import uuid

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.traps import Trapped

from .. import actions
from ..models import Contribution, Page
from ..models.reports import MAX_NOTE
from .drafts import MOST_SAVES
from .fields import BegunField, KeyField, TextField, answer_name
from .writing import WritingForm


class ContributionForm(Trapped, WritingForm):
    """A new contribution or, with a parent, a reply."""

    # It comes with the form: the same form sent twice gives one contribution.
    submission_key = KeyField(widget=forms.HiddenInput, initial=uuid.uuid4)
    # When it was opened, signed: what was begun before the closing has a little more time.
    begun = BegunField()
    # The number of the draft that it was made from; 0 for none.
    sequence = forms.IntegerField(
        widget=forms.HiddenInput, initial=0, required=False, min_value=0, max_value=MOST_SAVES
    )
    # Which window of a browser it was, where a script says so.
    window = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # Set once its author was asked whether the same text shall stand there twice.
    again = forms.BooleanField(widget=forms.HiddenInput, required=False, initial="")

    def __init__(self, *args, draft=None, waiting=None, sender=None, **kwargs):
        """draft: what is kept of it; waiting: what was sent by somebody who was not logged in;
        sender: who sends it, for the limits."""
        initial = (values_of(draft) if draft else {}) | (waiting.fields if waiting else {})
        super().__init__(*args, initial=initial, **kwargs)
        self.draft, self.waiting, self.sender = draft, waiting, sender
        if not (self.person and actions.has_accepted_terms(self.discussion, self.person)):
            self.add_terms()

    def add_terms(self):
        """The tick, and which version of the rules it was set to."""
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
            window=self.cleaned_data.get("window"),
            again=self.cleaned_data["again"],
            sender=self.sender,
        )

    @property
    def has_trap(self):
        """For those of whom nothing is published yet; whoever fills it in is asked in any case."""
        return not (
            self.person and Contribution.objects.published().filter(author=self.person).exists()
        )

    @property
    def begun_at(self):
        """When the form was opened; None if nobody knows."""
        return BegunField().clean(self["begun"].value())

    def keep(self):
        """Keep what was sent as a draft, also where it could not be published."""
        sent = self.cleaned_data
        sequence = sent.get("sequence") or 0
        return actions.keep_draft(
            discussion=self.discussion,
            user=self.user,
            parent=self.parent,
            turn=actions.Turn(sequence, sequence + 1),
            text=actions.DraftText(
                submission_key=sent["submission_key"],
                begun_at=self.begun_at or timezone.now(),
                body=sent.get("body", ""),
                answers={question.key: text for question, text in self.answers().items()},
                language=sent.get("language", ""),
                capacity=sent.get("capacity", ""),
                anonymous=sent.get("anonymous", False),
                window=sent.get("window"),
            ),
        )

    def earlier(self):
        """What this person has published from this form already, if anything."""
        return Contribution.objects.sent_with(self["submission_key"].value(), self.user).first()

    def ask_again(self, why):
        """Show the form again; whoever sends it then means it."""
        self.renew("again", "yes")
        self.add_error(None, str(why))


class EditForm(WritingForm):
    """The same form for something that is published already."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, contribution, user, waiting=None, **kwargs):
        self.contribution, self.waiting = contribution, waiting
        # A change that was sent goes on from there.
        proposal = contribution.proposal
        stands = proposal or contribution
        initial = {
            "body": stands.body,
            "language": stands.language,
            "capacity": stands.capacity,
            "anonymous": stands.anonymous,
            "version": contribution.version,
        } | (answers_of_revision(proposal) if proposal else answers_of(contribution))
        super().__init__(
            *args,
            discussion=contribution.discussion,
            user=user,
            parent=contribution.parent,
            initial=initial | (waiting.fields if waiting else {}),
            **kwargs,
        )
        if contribution.was_sent_back:
            self.fields["answer"] = TextField(
                label=_("What you want to say to the moderators"),
                help_text=_("Only they read it. You need not say anything."),
                max_length=MAX_NOTE,
                rows=3,
            )

    @property
    def languages(self):
        return [self.contribution.language, *super().languages]

    def save(self):
        return actions.edit(
            self.contribution,
            user=self.user,
            text=self.text(),
            version=self.cleaned_data["version"],
            answer=self.cleaned_data.get("answer", ""),
        )


def answers_of(contribution):
    """The name of each field -> what answers that question."""
    answers = contribution.answers.select_related("question")
    return {answer_name(answer.question.key): answer.body for answer in answers}


def answers_of_revision(revision):
    return {answer_name(answer["question"]): answer["body"] for answer in revision.answers}


def values_of(draft):
    """A draft as the initial values of the form."""
    answers = {answer_name(key): text for key, text in draft.answers.items()}
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
