from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum import permissions
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import visible_contribution, visible_discussion

from .. import tables
from ..forms import AssignForm


@require_safe
def public_table(request, slug):
    """What every reader of the discussion may see, as a table."""
    return answer(request, visible_discussion(request, slug), tables.PUBLIC, "contributions")


@require_safe
def full_table(request, slug):
    """For facilitators and organisers: what was hidden and who wrote anonymously, too."""
    discussion = visible_discussion(request, slug)
    may_export = permissions.can_export_everything(request.user, discussion)
    if not may_export:
        return refuse(request, may_export)
    response = answer(request, discussion, tables.FULL, "contributions-full")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, slug, number):
    """Put passages of a general text under the questions that they answer."""
    contribution = visible_contribution(request, slug, number)
    may_assign = permissions.can_assign(request.user, contribution)
    if not may_assign:
        return refuse(request, may_assign)
    form = AssignForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(
            request,
            _("The passages of %(label)s stand under their questions.")
            % {"label": contribution.label},
        )
        return redirect(contribution)
    context = {"form": form, "contribution": contribution, "discussion": contribution.discussion}
    return render(request, "facilitation/assign.html", context, status=status_of(form))


def answer(request, discussion, table, name):
    response = StreamingHttpResponse(
        tables.as_csv(discussion, table, request.build_absolute_uri),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{discussion.slug}-{name}.csv"'
    return response
