"""Exports of a discussion: chosen in a form, sent while they are made, or made by the worker."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum import permissions
from forum.views.contributions import refuse, status_of
from moderation.views.workbench import workbench

from ..actions import order_document
from ..exports import LINES, write_xlsx
from ..forms.exports import ExportForm
from ..kinds import KINDS
from .documents import documents_page

# So many contributions become a spreadsheet while somebody waits.
SMALL = 500


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_export_everything)
def exports(request, discussion):
    """What comes at once has an address of its own; everything else is made by the worker."""
    form = ExportForm(request.POST or None, discussion=discussion, user=request.user)
    if request.method != "POST" or not form.is_valid():
        return documents_page(request, discussion, form=form, status=status_of(form))
    kind, choice = form.cleaned_data["kind"], form.choice
    if comes_at_once(kind, choice, discussion):
        address = reverse("facilitation:export", args=[discussion.slug, kind])
        return redirect(f"{address}?{urlencode(choice.options, doseq=True)}")
    try:
        order_document(discussion, kind, choice.options, user=request.user)
    except PermissionDenied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is being made: this page says when it is ready."))
    return redirect("facilitation:exports", discussion.slug)


def comes_at_once(kind, choice, discussion):
    return kind in LINES or choice.among(discussion)[: SMALL + 1].count() <= SMALL


@require_safe
@workbench(permissions.can_export_everything)
def export(request, discussion, kind):
    """What the address chooses, as far as it comes at once."""
    sent = request.GET.copy()
    sent["kind"] = kind
    form = ExportForm(sent, discussion=discussion, user=request.user)
    # Whoever has misspelt "anonymised" must not get the names.
    if not form.is_valid() or not form.understands(sent):
        raise Http404
    choice = form.choice
    if not (answer := KINDS[kind].may(request.user, discussion, choice.options)):
        return refuse(request, answer)
    if not comes_at_once(kind, choice, discussion):
        messages.error(request, _("This is too long to come at once: have it made here."))
        return redirect("facilitation:exports", discussion.slug)
    response = made_at_once(kind, discussion, choice, request.build_absolute_uri)
    response["Content-Type"] = KINDS[kind].content_type
    name = f"{discussion.slug}-{choice.rows}.{KINDS[kind].extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def made_at_once(kind, discussion, choice, absolute):
    """Lines while they are made, a spreadsheet when it is whole."""
    if kind in LINES:
        lines = LINES[kind](discussion, choice, absolute)
        return StreamingHttpResponse(in_language(lines, translation.get_language()))
    file = BytesIO()
    write_xlsx(discussion, choice, absolute, file)
    return HttpResponse(file.getvalue())


def in_language(lines, language):
    """They are made while they are sent, when the language of the request is gone."""
    with translation.override(language):
        yield from lines
