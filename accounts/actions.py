"""What is done to the keys of an account, with everything that follows."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import translation


def end_sessions(user, *, but=None):
    """Log a user out everywhere.

    but: the key of a session that goes on
    """
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()


def take_factors(user):
    """Take away whatever a user has beside the password, for somebody who has lost it all.

    In order: delete the factors with the recovery codes, tell the user by mail in their language.
    """
    Authenticator.objects.filter(user=user).delete()
    with translation.override(user.person.language or settings.LANGUAGE_CODE):
        get_adapter().send_notification_mail("account/email/factors_taken", user)
