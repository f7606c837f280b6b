"""Accounts are suspended and reinstated here: acts with a reason, which stand in the log."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.admin import UserAdmin
from accounts.models import User
from forum import permissions

from .. import actions
from ..forms import SuspendForm
from ..steering import Act
from .acts import ActsMixin

ACTS = (
    Act(
        name="suspend",
        label=gettext_lazy("Suspend"),
        question=gettext_lazy("Suspend the account?"),
        meaning=gettext_lazy(
            "Its sessions end at once, and nobody can log in with it. What was published stays. It "
            "can be taken back at any time."
        ),
        done=gettext_lazy("Suspended: %(names)s"),
        may=permissions.can_suspend,
        do=actions.suspend,
        form=SuspendForm,
    ),
    Act(
        name="reinstate",
        label=gettext_lazy("Let it log in again"),
        question=gettext_lazy("Let the account log in again?"),
        meaning=gettext_lazy("Its owner can log in as before."),
        done=gettext_lazy("May log in again: %(names)s"),
        may=permissions.can_reinstate,
        do=actions.reinstate,
    ),
)


@admin.register(User)
class AccountAdmin(ActsMixin, UserAdmin):
    acts = ACTS

    def get_actions(self, request):
        return UserAdmin.get_actions(self, request) | super().get_actions(request)

    def may_act(self, user, thing):
        return permissions.only_superusers(user)

    def acts_somewhere(self, request):
        return bool(permissions.only_superusers(request.user))

    def discussion_of(self, obj):
        """Of none: it stands for itself."""
        return obj

    def line_of(self, thing):
        return f"{thing.person}, {thing}"

    def mark_of(self, thing):
        """It may log in or not: the act itself says when that has changed."""
        return 0

    def lock_unchanged(self, thing, mark):
        """The action locks the account itself."""
