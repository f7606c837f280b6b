from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import MailFrequency

from . import actions


class PreferencesForm(forms.Form):
    frequency = forms.ChoiceField(
        label=_("How often you get news by mail"),
        choices=MailFrequency.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Codes for logging in, and mails about changes of your account, come in any case."
        ),
    )

    def __init__(self, *args, person, **kwargs):
        self.person = person
        super().__init__(*args, initial={"frequency": person.mail_frequency}, **kwargs)

    def save(self):
        actions.choose_frequency(self.person, self.cleaned_data["frequency"])
