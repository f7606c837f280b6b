"""Who is in a discussion, in which role. Roles are given on the discussion's page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from forum import permissions
from forum.actions import take_role
from forum.models import Discussion, Membership
from forum.models.memberships import Role

from ..steering import Act
from .acts import ActsMixin
from .base import DiscussionFilter, StaffAdmin

ACTS = (
    Act(
        name="take",
        label=gettext_lazy("Take the role away"),
        question=gettext_lazy("Take the role away?"),
        meaning=gettext_lazy("What they wrote stays, under the name and role of that day."),
        done=gettext_lazy("Taken away: %(names)s"),
        may=permissions.can_take_role,
        do=take_role,
    ),
)


@admin.register(Membership)
class MembershipAdmin(ActsMixin, StaffAdmin):
    acts = ACTS
    list_display = ["person", "role", "title", "discussion", "created_at", "terms_accepted_at"]
    list_filter = ["role", DiscussionFilter]
    list_select_related = ["person", "discussion"]
    search_fields = ["person__name", "title"]
    ordering = ["-pk"]
    fields = ["person", "role", "title", "discussion", "created_at", "terms_accepted_at", "licence"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "discussion")

    def log_of(self, obj):
        return obj.discussion.log.filter(person=obj.person, act__startswith="membership.")

    def may_act(self, user, thing):
        return permissions.can_organise(user, thing.discussion)

    def acts_somewhere(self, request):
        return Discussion.objects.steered_by(request.user, [Role.ORGANISER]).exists()

    def line_of(self, thing):
        return f"{thing}, {thing.discussion}"

    def mark_of(self, thing):
        """A role is there or not: nothing about it can change in between."""
        return 0

    def lock_unchanged(self, thing, mark):
        """The action locks the discussion itself."""
