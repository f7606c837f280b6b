"""The one place that extends allauth: every new account gets its person."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from .models import Person


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request, user, form, commit=True):
        user.person = Person.objects.create(**form.person_values())
        return super().save_user(request, user, form, commit=commit)

    def populate_username(self, request, user):
        """There are no user names here."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def save_user(self, request, sociallogin, form=None):
        user = sociallogin.user
        user.person = Person.objects.create(
            **form.person_values() if form else {"name": told_name(sociallogin)}
        )
        return super().save_user(request, sociallogin, form)


def told_name(sociallogin):
    """The name that the other site told; the address's first part when it told none."""
    told = sociallogin.account.extra_data
    name = told.get("name") or told.get("preferred_username")
    return (name or sociallogin.user.email.partition("@")[0])[:150]
