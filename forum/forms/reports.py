"""What people write to moderators about a contribution."""

from django import forms
from django.utils.translation import gettext_lazy

from .. import actions
from ..models import Report
from ..models.reports import MAX_NOTE
from .fields import TextField
from .versions import VersionForm


class ReportForm(VersionForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
    )
    note = TextField(
        label=gettext_lazy("Anything the moderators should know"),
        max_length=MAX_NOTE,
        help_text=gettext_lazy("Only the staff of this discussion read it, with your name."),
    )

    def __init__(self, *args, sender, **kwargs):
        """sender: who sends it, for the limits (rates.sender)"""
        super().__init__(*args, **kwargs)
        self.sender = sender

    def save(self):
        actions.report(self.contribution, user=self.user, sender=self.sender, **self.cleaned_data)


class AppealForm(VersionForm):
    note = TextField(
        label=gettext_lazy("Your answer"),
        max_length=MAX_NOTE,
        help_text=gettext_lazy("Only the staff of this discussion read it. You can answer once."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True

    def save(self):
        actions.appeal(self.contribution, user=self.user, **self.cleaned_data)
