from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from . import actions
from .browsers import described
from .forms import ProfileForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user.person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@login_required
@require_safe
def security(request):
    """Whatever opens this account, and where it is open now."""
    types = Authenticator.Type
    factors = {kind: [] for kind in types}
    for factor in Authenticator.objects.filter(user=request.user).order_by("pk"):
        factors[factor.type].append(factor.wrap())
    sessions = UserSession.objects.purge_and_list(request.user)
    for session in sessions:
        session.browser = described(session.user_agent)
    context = {
        "app": next(iter(factors[types.TOTP]), None),
        "passkeys": factors[types.WEBAUTHN],
        "recovery": next(iter(factors[types.RECOVERY_CODES]), None),
        "sessions": sorted(sessions, key=lambda session: session.created_at, reverse=True),
    }
    return render(request, "accounts/security.html", context)


@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "POST"])
def end_sessions(request):
    """The POST ends them. Whoever proved who they are after it was sent may come back by GET."""
    if request.method == "POST":
        actions.end_sessions(request.user, but=request.session.session_key)
        messages.success(request, _("You are logged out everywhere else."))
    return redirect("accounts:security")


@login_required
@require_safe
def login_again(request):
    """For those who have nothing to prove who they are with but the way in."""
    context = {"next": get_next_redirect_url(request) or ""}
    return render(request, "accounts/login_again.html", context)


class PasskeyLogin(LoginWebAuthnView):
    """A passkey that is not taken leads back to the page that knows where one was going."""

    def form_invalid(self, form):
        super().form_invalid(form)
        return redirect(with_next(self.request, "account_login"))


class PasskeyAgain(ReauthenticateWebAuthnView):
    """A passkey that is not taken is asked for once more, with the other ways beside it."""

    def form_invalid(self, form):
        super().form_invalid(form)
        return redirect(with_next(self.request, "mfa_reauthenticate_webauthn"))


def with_next(request, name):
    return passthrough_next_redirect_url(request, reverse(name), REDIRECT_FIELD_NAME)
