"""What is done to the keys of an account, with everything that follows."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.utils import translation
from django.utils.translation import gettext as _

from .models import SECOND_FACTORS


def end_sessions(user, *, but=None):
    """Log a user out everywhere, and return at how many places.

    but: the key of a session that goes on
    """
    ended = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for session in ended:
        session.end()
    return len(ended)


def after_new_password(*, request, user, **signal):
    """The other sessions hold no more, since they were opened with the old one; here they end for
    good, also for a window that keeps a draft without asking who writes it."""
    end_sessions(user, but=request.session.session_key)


def after_first_factor(*, request, user, **signal):
    """Whoever came in before the account had a second factor, and without it, does not stay: a role
    that wakes now must not wake for them.

    allauth calls it after every factor. In order: end the other sessions, say so.
    """
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
    if factors.count() == 1 and end_sessions(user, but=request.session.session_key):
        messages.info(request, _("You are logged out everywhere else."))


def take_factors(user):
    """Take away whatever a user has beside the password, for somebody who has lost it all.

    In order: end the sessions, also on what was lost; delete the factors with the recovery codes;
    tell the user by mail in their language.
    """
    end_sessions(user)
    Authenticator.objects.filter(user=user).delete()
    with translation.override(user.person.language_of_mail):
        get_adapter().send_notification_mail("account/email/factors_taken", user)
