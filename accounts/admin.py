"""Accounts and persons in the admin, for superusers alone.

Changes of an account have no entry in the log of the discussions: Django's own log keeps them.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import country_choices
from .models import Person, User

# What Django and allauth bring along: rights are memberships here, not groups, and addresses and
# connected accounts belong to their owners.
for model in (Group, EmailAddress, SocialAccount, SocialApp, SocialToken):
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
    return request.user.is_active and request.user.is_superuser


class UserForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_superuser"].help_text = _("May do everything, in every discussion.")

    def clean(self):
        """Nobody locks themselves out, so that at least one superuser stays."""
        super().clean()
        if self.instance == self.actor:
            for name in ("is_active", "is_superuser"):
                if not self.cleaned_data[name]:
                    self.add_error(name, _("You cannot take this away from yourself."))


@admin.register(User)
class UserAdmin(SuperuserAdmin):
    """Addresses and passwords belong to their owners, who change them with the site's own pages."""

    form = UserForm
    fields = ["email", "person", "is_active", "is_superuser", "date_joined", "last_login"]
    readonly_fields = ["email", "person", "date_joined", "last_login"]
    list_display = ["email", "person", "is_active", "is_superuser", "date_joined"]
    list_filter = ["is_active", "is_superuser"]
    list_select_related = ["person"]
    search_fields = ["email", "person__name"]
    ordering = ["email"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form


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
