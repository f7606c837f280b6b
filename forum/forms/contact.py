"""Write to a member of the staff without learning their address."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import single_line

from .. import actions
from ..models import LogEntry

# Messages that one person may send to staff in an hour: enough for honest questions.
MESSAGES_AN_HOUR = 5


class ContactForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=5_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )

    def __init__(self, *args, membership, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.membership, self.user = membership, user

    def clean_subject(self):
        return single_line(self.cleaned_data["subject"])

    def clean(self):
        hour_ago = timezone.now() - timedelta(hours=1)
        sent = LogEntry.objects.filter(
            act="contact.send", actor=self.user.person_id, at__gt=hour_ago
        )
        if sent.count() >= MESSAGES_AN_HOUR:
            raise forms.ValidationError(
                _("You have written %(count)s messages in the last hour. Please try again later.")
                % {"count": MESSAGES_AN_HOUR}
            )

    def save(self):
        actions.write_to_staff(
            self.membership,
            user=self.user,
            subject=self.cleaned_data["subject"],
            message=self.cleaned_data["message"],
        )
