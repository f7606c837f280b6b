"""What stands in front of allauth's own addresses: pages that are one page here, and guards that
it lacks."""

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_set
from allauth.mfa.recovery_codes.views import view_recovery_codes
from allauth.mfa.totp.views import activate_totp
from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from .views import PasskeyAgain, PasskeyLogin

to_security = RedirectView.as_view(pattern_name="accounts:security")

urlpatterns = [
    path("2fa/", to_security),
    path("2fa/webauthn/", to_security),
    path("sessions/", to_security),
    path("2fa/webauthn/login/", PasskeyLogin.as_view()),
    path("2fa/webauthn/reauthenticate/", PasskeyAgain.as_view()),
    # The first password is a change of the keys too.
    path("password/set/", login_required(reauthentication_required(password_set))),
    # Secrets that no browser should keep for whoever sits down at it next.
    path("2fa/totp/activate/", never_cache(activate_totp)),
    path("2fa/recovery-codes/", never_cache(view_recovery_codes)),
]
