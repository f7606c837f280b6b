"""How tests visit the account pages: forms are filled in, codes are read from the mail."""

import re

from django.core import mail

from tests.factory import PASSWORD

LOGIN = "/accounts/login/"
LOGIN_CODE = "/accounts/login/code/"
LOGIN_CODE_CONFIRM = "/accounts/login/code/confirm/"
SIGNUP = "/accounts/signup/"
CONFIRM = "/accounts/confirm-email/"
RESET = "/accounts/password/reset/"
RESET_CONFIRM = "/accounts/password/reset/confirm/"
RESET_COMPLETE = "/accounts/password/reset/complete/"
CHANGE_PASSWORD = "/accounts/password/change/"
EMAIL = "/accounts/email/"
REAUTHENTICATE = "/accounts/reauthenticate/"
SET_PASSWORD = "/accounts/password/set/"
CONNECTIONS = "/accounts/3rdparty/"
SECURITY = "/me/security/"
END_SESSIONS = "/me/security/end-sessions/"
LOGIN_AGAIN = "/me/security/log-in-again/"
STEP = "/accounts/2fa/authenticate/"
APP = "/accounts/2fa/totp/activate/"
NO_APP = "/accounts/2fa/totp/deactivate/"
RECOVERY = "/accounts/2fa/recovery-codes/"
NEW_RECOVERY = "/accounts/2fa/recovery-codes/generate/"
RECOVERY_FILE = "/accounts/2fa/recovery-codes/download/"
PASSKEY = "/accounts/2fa/webauthn/add/"
PASSKEY_LOGIN = "/accounts/2fa/webauthn/login/"

NEWCOMER = {
    "name": "Wanjiru Kamau",
    "email": "wanjiru@example.org",
    "password1": "a long walk home",
    "organisation": "Farmers' Union",
    "country": "KE",
}


def last_code():
    """The code in the last mail, on a line of its own."""
    return re.search(r"^ +(\d{4}-\d{4})$", mail.outbox[-1].body, re.MULTILINE)[1]


def wrong_code():
    return "1111-1111" if last_code() != "1111-1111" else "2222-2222"


def sign_up(client, **changes):
    return client.post(SIGNUP, NEWCOMER | changes)


def sign_in(client, user, password=PASSWORD, **fields):
    return client.post(LOGIN, {"login": user.email, "password": password} | fields)


def prove(client, password=PASSWORD):
    """Say once more who one is."""
    return client.post(REAUTHENTICATE, {"password": password, "next": SECURITY})


def text_of(response):
    return response.content.decode()


def is_signed_in(client):
    return "_auth_user_id" in client.session
