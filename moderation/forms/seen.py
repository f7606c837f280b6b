"""What every form about a discussion carries: the last act that its page knew of."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..changes import last_act, locked_unchanged


class SeenForm(forms.Form):
    """The second of two people who save is told what the first did, and loses nothing: the form
    stands there again as it was sent, beside what is stored now."""

    # Fields whose words, as they are now, are told to whoever comes second.
    told = ()

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def about(self):
        """The discussion as it was read; its last_act was asked for before."""
        return self.discussion

    def show_seen(self):
        """What waited for its author keeps the mark that it was sent with."""
        self.initial.setdefault("seen", self.about.last_act)

    def refuse_stale(self):
        """Lock the discussion. Where somebody else was quicker, nothing is stored; sent once more,
        the form overwrites what its page then told."""
        try:
            return locked_unchanged(self.about, self.cleaned_data.get("seen") or 0)
        except ValidationError as stale:
            self.add_error(None, stale)
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = last_act(self.about.pk)
            for name in self.told:
                if name in self.changed_data and name in self.cleaned_data:
                    words = _("Now it says: %(text)s") % {"text": getattr(self.instance, name)}
                    self.add_error(name, words)
            return None


class WorkbenchForm(SeenForm):
    """On a page of the workbench: about this discussion, in the name of this user."""

    def __init__(self, *args, discussion, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.discussion, self.user = discussion, user
        self.show_seen()

    def clean(self):
        values = super().clean()
        self.refuse_stale()
        return values
