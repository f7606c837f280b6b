"""The one place that extends allauth: every new account gets its person, limits and failures get
pages that say what to do."""

import logging
import time
from http import HTTPStatus

import requests
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .browsers import described
from .forms import single_line
from .models import Person

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    @transaction.atomic
    def save_user(self, request, user, form, commit=True):
        user.person = Person.objects.create(**form.person_values())
        return super().save_user(request, user, form, commit=commit)

    def populate_username(self, request, user):
        """There are no user names here."""

    def pre_authenticate(self, request, **credentials):
        """Too many wrong passwords are answered as every other limit is."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None

    def pre_login(self, request, user, **login):
        refusal = super().pre_login(request, user, **login)
        if not refusal:
            self.forget_password_of_a_stranger(request, user)
        return refusal

    def get_login_stages(self):
        return ["accounts.stages.RememberTheWay", *super().get_login_stages()]

    def forget_password_of_a_stranger(self, request, user):
        """Whoever signed up with this address may not have been its owner. The first sign-in by a
        code proves the address, not who chose the password: without this, a stranger could sign
        up with somebody's address, wait, and keep a key to the account."""
        records = get_authentication_records(request, user)
        by_code = records and records[-1]["method"] == "code"
        signed_up = user.emailaddress_set.exists()
        if by_code and signed_up and not user.last_login and user.has_usable_password():
            user.set_unusable_password()
            user.save(update_fields=["password"])
            sentence = _(
                "Your address is confirmed now. The password given at sign-up was never used with "
                "it and is no longer valid; you may set one in your profile."
            )
            messages.info(request, sentence)

    def logout(self, request):
        """What the list of sessions keeps of this one (browser, address) goes with it."""
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def get_reauthentication_methods(self, user):
        """By password or by factor. Those who have neither log in once more."""
        if not user.is_authenticated:
            return []
        again = {"id": "login", "description": "", "url": reverse("accounts:login_again")}
        return super().get_reauthentication_methods(user) or [again]

    def is_reauthentication_required(self, *, app, **kwargs):
        """Those who have neither password nor factor (they log in by codes or elsewhere) would not
        be asked at all: they must have logged in a moment ago."""
        request = context.request
        if not super().get_reauthentication_methods(request.user):
            records = get_authentication_records(request, request.user)
            age = time.time() - records[-1]["at"] if records else float("inf")
            if age > app_settings.REAUTHENTICATION_TIMEOUT:
                raise ReauthenticationRequired
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix, email, context):
        """When the mail server does not answer, the reader is told so and asked to come back."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.exception("A mail could not be sent: %s", template_prefix)
            page = render(self.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """It tells of something that is done already, so nothing is refused without it."""
        browser = described(self.get_http_user_agent(self.request))
        context = {"browser": browser} | (context or {})
        try:
            super().send_notification_mail(template_prefix, user, context, email)
        except ImmediateHttpResponse:
            logger.warning("The change it was about stands.")

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:profile")

    def get_email_verification_redirect_url(self, email_address):
        if self.request.user.is_authenticated:
            return reverse("accounts:profile")
        return super().get_email_verification_redirect_url(email_address)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code or passkey is not right, or was used already."),
    }

    def get_public_key_credential_rp_entity(self):
        """The site as devices and password managers name it."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.SITE_NAME}

    def generate_authenticator_name(self, user, type):
        """For a passkey that was given none."""
        number = user.authenticator_set.filter(type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_provider(self, request, provider, client_id=None):
        """A provider that the settings do not switch on has no pages."""
        try:
            return super().get_provider(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    def get_requests_session(self):
        return ProviderSession()

    def pre_social_login(self, request, sociallogin):
        """Some providers tell the truth as text."""
        for address in sociallogin.email_addresses:
            address.verified = str(address.verified).lower() == "true"

    def get_signup_form_initial_data(self, sociallogin):
        return super().get_signup_form_initial_data(sociallogin) | {"name": told_name(sociallogin)}

    @transaction.atomic
    def save_user(self, request, sociallogin, form=None):
        if not form:
            name = told_name(sociallogin) or sociallogin.user.email.partition("@")[0]
            person = Person.objects.create(name=name[:150], language=get_language() or "")
            sociallogin.user.person = person
        return super().save_user(request, sociallogin, form)


class ProviderSession(requests.Session):
    """Talks to a provider of accounts; when it does not answer, the reader gets a page."""

    def request(self, *args, **kwargs):
        kwargs.setdefault("timeout", 5)
        try:
            response = super().request(*args, **kwargs)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                response.raise_for_status()
            return response
        except requests.RequestException as error:
            logger.exception("A provider of accounts did not answer")
            page = render(context.request, "socialaccount/authentication_error.html", status=502)
            raise ImmediateHttpResponse(page) from error


def told_name(sociallogin):
    """The name that the other site told, or nothing."""
    account = sociallogin.account
    told = account.get_provider().extract_common_fields(account.extra_data)
    parts = [told.get("first_name"), told.get("last_name")]
    names = [told.get("name"), account.extra_data.get("name"), " ".join(filter(None, parts))]
    return next((name for name in map(single_line, filter(None, names)) if name), "")[:150]
