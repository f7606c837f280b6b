"""What people tell of themselves, at sign-up and in their profile; allauth's forms in our words."""

import unicodedata
from functools import cache
from importlib.resources import files

from allauth.account import forms as account
from allauth.account.fields import EmailField
from allauth.core import context
from allauth.socialaccount import forms as social
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import rates
from .choices import country_choices, group_choices, language_choices
from .models import Person
from .traps import Trapped

# Signs without a shape that turn the direction of everything after them. The joiners, which names
# in Persian, Sinhala and other scripts are spelt with, stay.
TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
# Letters to Unicode, and nothing to the eye.
FILLERS = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0"))


def single_line(value):
    """Without line breaks and other control characters: names go into headers of mail."""
    visible = (" " if unicodedata.category(sign) == "Cc" else sign for sign in value)
    return " ".join("".join(visible).translate(TURNING | FILLERS).split())


def clean_name(form):
    """The name that a form holds, with at least one letter in it."""
    name = single_line(form.cleaned_data["name"])
    if not any(sign.isalpha() for sign in name):
        raise forms.ValidationError(_("Please give a name."))
    return name


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
        return clean_name(self)

    def clean_organisation(self):
        return single_line(self.cleaned_data["organisation"])

    def person_values(self):
        values = {name: self.cleaned_data[name] for name in ("name", "organisation", "country")}
        return values | {"language": get_language() or ""}

    def try_save(self, request):
        """Two forms with one address at the same moment: the later one meets the account of the
        earlier one, as it would have a moment after."""
        if getattr(self, "account_already_exists", False) and "password1" in self.cleaned_data:
            # As long as for a new account: the time must not tell who has one.
            make_password(self.cleaned_data["password1"])
        try:
            return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


# Where allauth's own words, or their translations, mean something else.
LABELS = {"oldpassword": _("Current password")}


class HouseStyle:
    """allauth's forms as the other forms of the site are: no placeholder that repeats the label,
    one word for addresses, one sentence about new passwords."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, EmailField):
                field.label = _("E-mail address")
            if name in LABELS:
                field.label = LABELS[name]
            if name == "password1":
                field.help_text = _("At least 10 characters. Very common passwords are refused.")
            elif isinstance(field.widget, forms.PasswordInput):
                # The pages have a link to the reset that knows where one was going.
                field.help_text = ""


class Counted(Trapped):
    """Sign-ups from one address are counted, also those with an address that has an account: each
    sends a mail."""

    def clean(self):
        cleaned = super().clean()
        if not self.errors and (sentence := rates.count("sign_up", rates.sender(context.request))):
            self.add_error(None, sentence)
        return cleaned


class SignupForm(HouseStyle, Counted, PersonFields, account.SignupForm):
    field_order = ["name", "email", "password1", "organisation", "country"]


class SocialSignupForm(HouseStyle, Counted, PersonFields, social.SignupForm):
    field_order = ["name", "email", "organisation", "country"]


class LoginForm(HouseStyle, account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class RequestLoginCodeForm(HouseStyle, account.RequestLoginCodeForm):
    pass


class ReauthenticateForm(HouseStyle, account.ReauthenticateForm):
    pass


class AddEmailForm(HouseStyle, account.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(HouseStyle, account.ChangePasswordForm):
    pass


class SetPasswordForm(HouseStyle, account.SetPasswordForm):
    pass


class ResetPasswordForm(HouseStyle, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(HouseStyle, account.ResetPasswordKeyForm):
    pass


class CodeForm(HouseStyle):
    """A code from a mail: digits, which every keyboard has, with or without the dash."""

    code_label = _("Code from the mail")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = self.code_label
        code.max_length = 20
        code.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def clean_code(self):
        """Digits of other scripts are digits."""
        code = self.cleaned_data["code"]
        self.cleaned_data["code"] = "".join(
            str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", code)
        )
        return super().clean_code()


class ConfirmEmailVerificationCodeForm(CodeForm, account.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmLoginCodeForm(CodeForm, account.ConfirmLoginCodeForm):
    pass


class ConfirmPasswordResetCodeForm(CodeForm, account.ConfirmPasswordResetCodeForm):
    pass


REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


@cache
def places():
    """The zones that a place on the map has; the others are old names of theirs, or no place's."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    return [line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")]


def time_zone_choices(own=""):
    """All zones by region, each under its one name: "Africa/Nairobi" is Nairobi in Africa.

    own: a zone that was chosen before, and stays choosable whatever its name
    """
    groups = {region: [] for region in REGIONS}
    others = []
    for zone in sorted({"UTC", *places(), own} - {""}):
        region, _slash, place = zone.partition("/")
        if region in groups:
            groups[region].append((zone, place.replace("_", " ")))
        else:
            others.append((zone, zone))
    by_region = [(REGIONS[region], zones) for region, zones in groups.items()]
    return [("", "—"), *by_region, (_("Other"), others)]


class ProfileForm(forms.ModelForm):
    """Later contributions carry the new byline; published ones keep theirs."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        required=False,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    stakeholder_group = forms.ChoiceField(
        label=_("Stakeholder group"), choices=group_choices, required=False
    )
    language = forms.ChoiceField(label=_("Language you write in"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        required=False,
        help_text=_("Closing times are shown in this zone too."),
    )

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
        labels = {
            "name": _("Your name"),
            "organisation": _("Organisation"),
            "function": _("Function"),
        }
        help_texts = {"function": _("For example “Agronomist”. It stands under your name.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "organisation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "function": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        group = self.instance.stakeholder_group
        choices = group_choices()
        if group and group not in dict(choices):
            # The words of an imported record stay choosable.
            choices.append((group, group))
        self.fields["stakeholder_group"].choices = choices
        self.fields["time_zone"].choices = time_zone_choices(self.instance.time_zone)
        own = [self.instance.language] if self.instance.language else []
        self.fields["language"].choices = [("", "—"), *language_choices(own)]

    def clean_name(self):
        return clean_name(self)

    def clean_organisation(self):
        return single_line(self.cleaned_data["organisation"])

    def clean_function(self):
        return single_line(self.cleaned_data["function"])
