"""Accounts and persons in the admin, for superusers alone.

Changes of an account have no entry in the log of the discussions, but for its suspension: Django's
own log keeps them.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import actions
from .choices import country_choices
from .models import Person

# What Django and allauth bring along: rights are memberships here, not groups, and addresses,
# factors, sessions and connected accounts belong to their owners.
OTHERS = (Group, EmailAddress, Authenticator, UserSession, SocialAccount, SocialApp, SocialToken)
for model in OTHERS:
    admin.site.unregister(model)


class SuperuserAdmin(admin.ModelAdmin):
    """Superusers look and change; nothing is added or deleted here."""

    def has_module_permission(self, request):
        return is_superuser(request)

    def has_view_permission(self, request, obj=None):
        return is_superuser(request)

    def has_change_permission(self, request, obj=None):
        return is_superuser(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def is_superuser(request):
    return request.user.acts_as_superuser


class UserForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_superuser"].help_text = _("May do everything, in every discussion.")

    def clean(self):
        """Nobody locks themselves out, so that at least one superuser stays."""
        super().clean()
        if self.instance == self.actor and not self.cleaned_data["is_superuser"]:
            self.add_error("is_superuser", _("You cannot take this away from yourself."))


class UserAdmin(SuperuserAdmin):
    """Addresses, passwords and factors belong to their owners, who change them with the site's own
    pages. Who has lost every factor asks a superuser to take them away.

    moderation/admin/users.py registers it, with what stands in the log of the discussions.
    """

    form = UserForm
    actions = ["take_factors"]
    fields = [
        "email",
        "person",
        "is_active",
        "is_superuser",
        "second_factor",
        "date_joined",
        "last_login",
    ]
    readonly_fields = ["email", "person", "is_active", "second_factor", "date_joined", "last_login"]
    list_display = ["email", "person", "is_active", "is_superuser", "date_joined"]
    list_filter = ["is_active", "is_superuser"]
    list_select_related = ["person"]
    search_fields = ["email", "person__name"]
    ordering = ["email"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, user):
        return user.has_second_factor

    @admin.action(description=gettext_lazy("Take the second factors away"))
    def take_factors(self, request, queryset):
        """For those who have lost them all. One's own are changed with the site's own pages, which
        ask who one is."""
        names = []
        for user in queryset.exclude(pk=request.user.pk).with_second_factor():
            actions.take_factors(user)
            self.log_change(request, user, "The second factors were taken away.")
            names.append(str(user))
        if names:
            words = _("Taken away; they are told by mail: %(names)s") % {"names": ", ".join(names)}
        else:
            words = _("Nobody of them has a second factor that you can take away.")
        self.message_user(request, words)


class PersonForm(forms.ModelForm):
    country = forms.ChoiceField(
        label=gettext_lazy("country"), choices=country_choices, required=False
    )


@admin.register(Person)
class PersonAdmin(SuperuserAdmin):
    form = PersonForm
    fields = [
        "name",
        "organisation",
        "function",
        "stakeholder_group",
        "country",
        "language",
        "time_zone",
        "email",
    ]
    list_display = ["name", "organisation", "country", "email", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "organisation", "email", "user__email"]
