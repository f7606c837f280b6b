"""The tables of a discussion, for everybody and for the staff."""

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from forum import permissions
from forum.views.contributions import refuse
from forum.views.lookup import visible_discussion

from .. import tables


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


def answer(request, discussion, table, name):
    response = StreamingHttpResponse(
        tables.as_csv(discussion, table, request.build_absolute_uri),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{discussion.slug}-{name}.csv"'
    return response
