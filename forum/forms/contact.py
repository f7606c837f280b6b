"""Write to a member of the staff without learning their address."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms import single_line
from accounts.traps import Trapped

from .. import actions


class ContactForm(Trapped):
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=5_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )

    def __init__(self, *args, membership, user, waiting=None, **kwargs):
        """waiting: what was sent by somebody who was not logged in"""
        super().__init__(*args, initial=waiting.fields if waiting else None, **kwargs)
        self.membership, self.user, self.waiting = membership, user, waiting

    def clean_subject(self):
        return single_line(self.cleaned_data["subject"])

    def save(self, address, sender):
        actions.write_to_staff(
            self.membership,
            user=self.user,
            subject=self.cleaned_data["subject"],
            message=self.cleaned_data["message"],
            address=address,
            sender=sender,
        )
