"""What people tell of themselves: at sign-up and in their profile."""

import zoneinfo

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.socialaccount.forms import SignupForm as AllauthSocialSignupForm
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .choices import country_choices, group_choices, language_choices
from .models import Person


def single_line(value):
    """Without line breaks and other control characters: names go into headers of mail."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


class PersonFields(forms.Form):
    """What a byline says of somebody; the name alone is required."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As it should stand under your contributions."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        required=False,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    def clean_name(self):
        name = single_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Please give a name."))
        return name

    def clean_organisation(self):
        return single_line(self.cleaned_data["organisation"])

    def person_values(self):
        values = {name: self.cleaned_data[name] for name in ("name", "organisation", "country")}
        return values | {"language": get_language() or ""}


class SignupForm(PersonFields, AllauthSignupForm):
    field_order = ["name", "email", "password1", "organisation", "country"]


class SocialSignupForm(PersonFields, AllauthSocialSignupForm):
    field_order = ["name", "email", "organisation", "country"]


def time_zone_choices():
    return [("", "—"), *((zone, zone) for zone in sorted(zoneinfo.available_timezones()))]


class ProfileForm(forms.ModelForm):
    """Later contributions carry the new byline; published ones keep theirs."""

    country = forms.ChoiceField(label=_("Country"), choices=country_choices, required=False)
    stakeholder_group = forms.ChoiceField(
        label=_("Stakeholder group"), choices=group_choices, required=False
    )
    language = forms.ChoiceField(
        label=_("Language you write in"), choices=language_choices, required=False
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices, required=False)

    class Meta:
        model = Person
        fields = [
            "name",
            "organisation",
            "function",
            "stakeholder_group",
            "country",
            "language",
            "time_zone",
        ]
        help_texts = {"function": _("For example “Agronomist”. It stands under your name.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        group = self.instance.stakeholder_group
        choices = group_choices()
        if group and group not in dict(choices):
            # The words of an imported record stay choosable.
            choices.append((group, group))
        self.fields["stakeholder_group"].choices = choices

    def clean_name(self):
        return single_line(self.cleaned_data["name"])

    def clean_organisation(self):
        return single_line(self.cleaned_data["organisation"])

    def clean_function(self):
        return single_line(self.cleaned_data["function"])
