"""Ask for an export of a discussion."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from moderation.views.workbench import workbench

from ..actions import order_document
from .documents import documents_page


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_export_everything)
def exports(request, discussion):
    if request.method == "POST":
        try:
            order_document(discussion, "csv", {}, user=request.user)
        except PermissionDenied as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("It is being made: this page says when it is ready."))
        return redirect("facilitation:exports", discussion.slug)
    return documents_page(request, discussion)
