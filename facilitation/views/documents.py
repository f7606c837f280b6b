"""Documents that the worker makes of a discussion: ask for one, see how far it is, take it, delete
it."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum import permissions
from forum.views.contributions import refuse
from moderation.views.workbench import desk, workbench

from ..actions import delete_document, delete_outdated
from ..kinds import KINDS, may_take

# Seconds after which the page looks again.
LOOKS_AGAIN = 5


def documents_page(request, discussion, *, page="exports", status=200, **context):
    """A page of the workbench where documents are asked for, with those that this person may take.

    As long as one is being made it looks again by itself, without the form: nobody must lose what
    they have chosen there.
    """
    delete_outdated(discussion)
    shown = documents_for(request.user, discussion)
    is_waiting = any(document.is_unfinished for document in shown)
    looks_again = is_waiting and status == 200 and "another" not in request.GET
    response = desk(
        request,
        discussion,
        page,
        f"facilitation:{page}",
        folder="facilitation",
        documents=shown,
        looks_again=looks_again,
        status=status,
        **context,
    )
    if looks_again:
        response["Refresh"] = str(LOOKS_AGAIN)
    response["Cache-Control"] = "private, no-store"
    return response


def documents_for(user, discussion):
    """Those that this person may take, each with its `name`, `about` and `is_own`."""
    asked = discussion.documents.select_related("requested_by")
    shown = [document for document in asked if may_take_here(user, document, discussion)]
    for document in shown:
        document.name = KINDS[document.kind].label
        document.about = KINDS[document.kind].about(document.options)
        document.is_own = may_delete(user, document)
    return shown


def may_take_here(user, document, discussion):
    """With the discussion that knows the roles already: no more queries."""
    document.discussion = discussion
    return document.kind in KINDS and may_take(user, document)


def may_delete(user, document):
    own = document.requested_by_id == user.person_id
    return own or bool(permissions.can_organise(user, document.discussion))


@require_safe
@workbench(permissions.can_export_everything)
def download(request, discussion, document_id):
    """Its file, for whoever may have it now, whatever they could when it was asked for."""
    document = get_object_or_404(discussion.documents.takeable(), pk=document_id)
    if document.pk in delete_outdated(discussion):
        messages.error(
            request,
            _("Something in it was withdrawn, hidden or redacted since: have it made again."),
        )
        return redirect("facilitation:exports", discussion.slug)
    if document.kind not in KINDS:
        raise Http404
    if not (answer := may_take_here(request.user, document, discussion)):
        return refuse(request, answer)
    try:
        file = document.path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    kind = KINDS[document.kind]
    response = FileResponse(file, as_attachment=True, filename=file_name(document, kind))
    response["Content-Type"] = kind.content_type
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(document, kind):
    day = timezone.localtime(document.requested_at, document.discussion.zone)
    return f"{document.discussion.slug}-{day:%Y-%m-%d}-{document.pk}.{kind.extension}"


@require_POST
@workbench(permissions.can_export_everything)
def delete(request, discussion, document_id):
    """Whoever has asked for it, waits for it no more or has it; organisers delete any."""
    document = get_object_or_404(discussion.documents, pk=document_id)
    document.discussion = discussion
    if not may_delete(request.user, document):
        raise Http404
    delete_document(document)
    messages.success(request, _("Deleted."))
    return redirect("facilitation:exports", discussion.slug)
