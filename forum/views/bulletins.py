"""What the facilitators have told everybody, one by one and together."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .. import permissions
from .lookup import visible_discussion
from .visitors import for_visitors


@require_safe
@for_visitors()
def bulletins(request, slug):
    """All of them, the latest first."""
    discussion = visible_discussion(request, slug)
    shown = discussion.bulletins.for_display().defer("body", "body_html", "earlier")
    context = {
        "discussion": discussion,
        "bulletins": shown.order_by("-number"),
        "may_post": permissions.can_post_bulletin(request.user, discussion),
    }
    return render(request, "forum/bulletins.html", context)


@require_safe
@for_visitors()
def bulletin(request, slug, number):
    """The permanent page of one; of a withdrawn one, that it is."""
    discussion = visible_discussion(request, slug)
    bulletin = bulletin_of(discussion, number)
    others = discussion.bulletins.published().only("number", "title", "language")
    context = {
        "discussion": discussion,
        "bulletin": bulletin,
        "previous": others.filter(number__lt=number).order_by("-number").first(),
        "next": others.filter(number__gt=number).order_by("number").first(),
        "may_edit": permissions.can_edit_bulletin(request.user, bulletin),
    }
    return render(request, "forum/bulletin.html", context)


def bulletin_of(discussion, number):
    found = get_object_or_404(discussion.bulletins.for_display(), number=number)
    found.belong_to(discussion)
    return found
