"""Proceedings of a discussion: chosen in a form, made by the worker."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.views.contributions import status_of
from forum.views.parking import never_loses_text, waiting
from moderation.views.workbench import workbench

from ..actions import order_document
from ..forms.proceedings import ProceedingsForm
from .documents import documents_page


@never_loses_text
@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_export_everything)
def proceedings(request, discussion):
    """The documents that were made of it, and a form for another."""
    form = ProceedingsForm(request.POST or None, discussion=discussion, waiting=waiting(request))
    if request.method != "POST" or not form.is_valid():
        return documents_page(
            request, discussion, page="proceedings", form=form, status=status_of(form)
        )
    try:
        order_document(discussion, form.cleaned_data["kind"], form.options, user=request.user)
    except PermissionDenied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is being made: this page says when it is ready."))
    return redirect("facilitation:proceedings", discussion.slug)
