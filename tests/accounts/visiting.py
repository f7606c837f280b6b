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


def text_of(response):
    return response.content.decode()


def is_signed_in(client):
    return "_auth_user_id" in client.session
