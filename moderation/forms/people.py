"""The form that gives a role, or changes the title beside it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person, User


class Nothing(forms.Widget):
    """In the column of the address: somebody who is there already keeps theirs to themselves."""

    def render(self, name, value, attrs=None, renderer=None):
        return ""


class StaffForm(forms.ModelForm):
    """Somebody is found by the whole address alone: nobody can look through the people here."""

    email = forms.EmailField(label=gettext_lazy("e-mail address"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.fields:
            self.fields["email"].required = False
            self.fields["email"].disabled = True
            self.fields["email"].widget = Nothing()
            self.fields["role"].disabled = True

    def clean_email(self):
        email = self.cleaned_data["email"]
        if not self.instance.pk:
            self.instance.person = person_with(email)
        return email

    def clean(self):
        values = super().clean()
        membership = self.instance
        if membership.pk is None and membership.person_id and values.get("role"):
            held = membership.discussion.memberships.filter(person=membership.person_id)
            if held.filter(role=values["role"]).exists():
                self.add_error("role", _("This person has this role already."))
        return values


def person_with(email):
    """The person whose account or record has this address; the account counts first."""
    user = User.objects.filter(email__iexact=email).select_related("person").first()
    if user:
        return user.person
    recorded = list(Person.objects.filter(email__iexact=email, user=None)[:2])
    if len(recorded) == 1:
        return recorded[0]
    if recorded:
        raise ValidationError(_("Several persons are recorded with this address."))
    raise ValidationError(_("Nobody here has this address. They can sign up with it first."))
