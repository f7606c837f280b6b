"""What a window sends that keeps its draft by itself: parsed without asking the database."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import actions
from ..models import Contribution
from ..models.drafts import MAX_CHARACTERS
from .fields import BegunField, KeyField, Pen, TextField

ANSWER = re.compile(r"answer-([A-Za-z][A-Za-z0-9.-]{0,19})")


class DraftForm(forms.Form):
    pen = forms.CharField()
    body = TextField()
    language = forms.RegexField(r"^[A-Za-z-]{0,20}\Z", required=False)
    capacity = forms.ChoiceField(choices=Contribution.Capacity.choices, required=False)
    anonymous = forms.BooleanField(required=False)
    submission_key = KeyField()
    begun = BegunField()
    sequence = forms.IntegerField(required=False, min_value=0)

    def __init__(self, data):
        super().__init__(data)
        for name in data:
            if ANSWER.fullmatch(name):
                self.fields[name] = TextField()

    def clean_pen(self):
        pen = Pen.read(self.cleaned_data["pen"])
        if pen is None:
            raise forms.ValidationError(_("This form is not of this site."))
        return pen

    def clean(self):
        total = sum(
            len(text) for text in [self.cleaned_data.get("body", ""), *self.answers.values()]
        )
        if total > MAX_CHARACTERS:
            raise forms.ValidationError(_("Your text is too long to be kept as a draft."))

    @property
    def answers(self):
        """The key of a question -> what answers it."""
        found = {name: ANSWER.fullmatch(name) for name in self.fields}
        given = {
            match[1]: self.cleaned_data.get(name, "") for name, match in found.items() if match
        }
        return {key: text for key, text in given.items() if text}

    def is_for(self, user):
        """Was the form opened for whoever is logged in now?"""
        return user.is_authenticated and user.person_id == self.cleaned_data["pen"].person

    def save(self, session_key):
        """In one query; 0 where save_for() must find out what is different."""
        pen, sequence = self.cleaned_data["pen"], self.cleaned_data["sequence"]
        if not sequence or not pen.is_of(session_key):
            return 0
        return actions.keep_draft_of(
            pen, session_key=session_key, text=self.text(), sequence=sequence
        )

    def save_for(self, user):
        pen = self.cleaned_data["pen"]
        return actions.keep_draft(
            discussion=pen.discussion,
            parent=pen.parent,
            user=user,
            text=self.text(),
            sequence=self.cleaned_data["sequence"] or 0,
        )

    def text(self):
        sent = self.cleaned_data
        return actions.DraftText(
            submission_key=sent["submission_key"],
            begun_at=sent["begun"] or timezone.now(),
            body=sent["body"],
            answers=self.answers,
            language=sent["language"],
            capacity=sent["capacity"],
            anonymous=sent["anonymous"],
        )
