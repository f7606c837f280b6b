"""A yes to something that is done to a contribution as it was shown."""

from django import forms

from .. import actions


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, contribution, user, waiting=None, **kwargs):
        """waiting: what was sent by somebody who was not logged in"""
        initial = (waiting.fields if waiting else {}) | {"version": contribution.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.contribution, self.user, self.waiting = contribution, user, waiting

    def ask_again(self, stale):
        """Say what happened, and ask about what stands there now: perhaps only since the page of
        this request was begun."""
        self.contribution.refresh_from_db()
        self.data = self.data.copy()
        self.data["version"] = self.contribution.version
        self.add_error(None, str(stale))


class WithdrawForm(VersionForm):
    def save(self):
        actions.withdraw(self.contribution, user=self.user, version=self.cleaned_data["version"])
