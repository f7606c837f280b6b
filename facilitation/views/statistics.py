"""A discussion in numbers: a page, and each of its pictures as a table and alone."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.look import PICTURE_ALONE
from forum import cells, permissions
from forum.views.lookup import visible_discussion
from forum.views.visitors import for_visitors

from .. import pictures
from ..statistics import figures


@require_safe
@for_visitors()
def statistics(request, slug):
    """What was said in numbers: pictures, each with its table."""
    discussion = with_statistics(request, slug)
    found = figures(discussion)
    context = {
        "discussion": discussion,
        "figures": found,
        "pictures": pictures.pictures(discussion, found),
    }
    return render(request, "facilitation/statistics.html", context)


@require_safe
@for_visitors(kept=False)
def statistics_csv(request, slug, figure):
    """The table of one picture."""
    discussion = with_statistics(request, slug)
    rows = picture_of(discussion, figure).table
    return as_file("".join(cells.as_csv(rows)), "text/csv", f"{slug}-{figure}.csv")


@require_safe
@for_visitors(kept=False)
def statistics_svg(request, slug, figure):
    """One picture by itself, for a document."""
    discussion = with_statistics(request, slug)
    drawn = pictures.as_svg(picture_of(discussion, figure))
    response = as_file(drawn, "image/svg+xml", f"{slug}-{figure}.svg")
    response["Content-Security-Policy"] = PICTURE_ALONE
    return response


def with_statistics(request, slug):
    """A discussion whose statistics this reader may see; to others they do not exist."""
    discussion = visible_discussion(request, slug)
    if not permissions.can_see_statistics(request.user, discussion):
        raise Http404
    return discussion


def picture_of(discussion, name):
    there = {one.name: one for one in pictures.pictures(discussion, figures(discussion))}
    if name not in there:
        raise Http404
    return there[name]


def as_file(text, kind, name):
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
