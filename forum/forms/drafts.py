"""What a window sends that keeps its draft by itself: parsed without asking the database."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import actions
from ..models import Contribution
from ..models.drafts import MAX_CHARACTERS
from .fields import BegunField, KeyField, Pen, TextField

# Every second for ten years.
MOST_SAVES = 315_360_000
ANSWER = re.compile(r"answer-([A-Za-z][A-Za-z0-9.-]{0,19})")


class DraftForm(forms.Form):
    pen = forms.CharField()
    body = TextField()
    language = forms.RegexField(r"^[A-Za-z-]{0,20}\Z", required=False)
    capacity = forms.ChoiceField(choices=Contribution.Capacity.choices, required=False)
    anonymous = forms.BooleanField(required=False)
    submission_key = KeyField()
    begun = BegunField()
    sequence = forms.IntegerField(min_value=0, max_value=MOST_SAVES)
    following = forms.IntegerField(min_value=1, max_value=MOST_SAVES)
    window = forms.UUIDField()

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
        sent = self.cleaned_data
        if sent.get("following", 1) <= sent.get("sequence", 0):
            raise forms.ValidationError(_("This form is not of this site."))
        texts = [sent.get("body", ""), *self.answers.values()]
        if sum(len(text) for text in texts) > MAX_CHARACTERS:
            raise forms.ValidationError(_("Your text is too long to be kept as a draft."))

    @property
    def answers(self):
        """The key of a question -> what answers it."""
        keys = {name: match[1] for name in self.fields if (match := ANSWER.fullmatch(name))}
        given = {key: self.cleaned_data.get(name, "") for name, key in keys.items()}
        return {key: text for key, text in given.items() if text}

    def is_for(self, user):
        """Was the form opened for whoever is logged in now?"""
        return user.is_authenticated and user.person_id == self.cleaned_data["pen"].person

    def save(self, session_key):
        """In one query; 0 where save_for() must find out what is different."""
        pen = self.cleaned_data["pen"]
        if not pen.is_of(session_key):
            return 0
        return actions.keep_draft_of(
            pen, session_key=session_key, text=self.text(), turn=self.turn()
        )

    def save_for(self, user):
        pen = self.cleaned_data["pen"]
        return actions.keep_draft(
            discussion=pen.discussion,
            parent=pen.parent,
            user=user,
            text=self.text(),
            turn=self.turn(),
        )

    def turn(self):
        return actions.Turn(self.cleaned_data["sequence"], self.cleaned_data["following"])

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
            window=sent["window"],
        )
