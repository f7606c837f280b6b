"""allauth's forms of second factors, in the style of the site."""

from textwrap import wrap

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from .forms import CodeForm, HouseStyle, single_line

LONGEST_NAME = 60

# For so long a code of an app is taken, with those around it that are taken too; in seconds.
CODE_LASTS = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)


class FactorCodeForm(CodeForm):
    """A code of the app, or a recovery code."""

    code_label = _("Code")

    def clean_code(self):
        """Once only: allauth remembers a code for no longer than it is shown."""
        code = super().clean_code()
        digits = "".join(filter(str.isdigit, code))
        used = f"totp-used-{self.user.pk}-{digits}"
        by_app = self.authenticator.type == Authenticator.Type.TOTP
        if by_app and not cache.add(used, True, CODE_LASTS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(FactorCodeForm, base.AuthenticateForm):
    pass


class ReauthenticateForm(FactorCodeForm, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(CodeForm, totp.ActivateTOTPForm):
    code_label = _("Code that the app shows")

    @property
    def spelt(self):
        """The secret in groups of four, as people type it."""
        return " ".join(wrap(self.secret, 4))


class NamedPasskey(HouseStyle):
    """A passkey with a name in one line. No name is a reason to refuse it: the device has stored it
    already."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name")
        name.widget.attrs |= {"autocomplete": "off", "maxlength": LONGEST_NAME}
        name.help_text = _("So that you know it again, for example “phone” or “grey key”.")

    def clean_name(self):
        return single_line(self.cleaned_data["name"])[:LONGEST_NAME] or self.initial["name"]


class AddPasskeyForm(NamedPasskey, webauthn.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = _("Log in with it alone, without a password")
        alone.help_text = _(
            "The device then asks for your finger, your face or a PIN. Without this, it is asked "
            "for after your password; very old keys can do only that."
        )
        alone.initial = True


class EditPasskeyForm(NamedPasskey, webauthn.EditWebAuthnForm):
    pass
