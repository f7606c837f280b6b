"""Exports of several discussions at once, from their list in the administration."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.models import Discussion
from forum.models.memberships import FACILITATING_ROLES
from moderation.admin.discussions import DiscussionAdmin

from .actions import order_document


@admin.action(description=gettext_lazy("Have spreadsheets made (XLSX)"))
def export(model_admin, request, queryset):
    """One is made of each; the page of the discussion's exports has it. Of a single one, that page
    has the form, too."""
    for discussion in queryset:
        try:
            order_document(discussion, "xlsx", {"rows": "contributions"}, user=request.user)
        except PermissionDenied as refused:
            words = _("%(name)s: %(reason)s") % {"name": discussion, "reason": refused}
            messages.error(request, words)
        else:
            words = _("A spreadsheet of “%(name)s” is being made: look under its exports.")
            messages.success(request, words % {"name": discussion})
    if len(queryset) == 1:
        return redirect("facilitation:exports", queryset[0].slug)
    return None


def may_export_somewhere(request):
    return Discussion.objects.steered_by(request.user, FACILITATING_ROLES).exists()


DiscussionAdmin.more_actions = {"export": (export, may_export_somewhere)}
