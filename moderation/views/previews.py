"""Links for reading a discussion before it is published: made and revoked in the workbench, opened
by whoever has them."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum import actions, permissions
from forum.models import Preview

from ..changes import last_act
from .workbench import back_to, desk, done_at_once, workbench


@require_safe
@workbench(permissions.can_steer)
def preview(request, discussion):
    return page(request, discussion)


@require_POST
@workbench(permissions.can_steer)
def make(request, discussion):
    """The address is shown in this very answer, and never again. The same form sent twice is
    stale: it makes no second link."""
    made = []
    if not done_at_once(
        request, discussion, lambda user: made.append(actions.make_preview(discussion, user=user))
    ):
        return back_to("preview", discussion)
    discussion.last_act = last_act(discussion.pk)
    path = reverse("moderation:read_preview", args=[discussion.slug, made[0]])
    return kept_nowhere(page(request, discussion, address=request.build_absolute_uri(path)))


@require_POST
@workbench(permissions.can_steer)
def revoke(request, discussion):
    if done_at_once(request, discussion, partial(actions.revoke_preview, discussion)):
        messages.success(request, _("The link opens nothing any more."))
    return back_to("preview", discussion)


def page(request, discussion, address=""):
    # Anew, since it may have been made in this very request.
    standing = discussion.previews.standing().select_related("made_by").first()
    return desk(
        request,
        discussion,
        "preview",
        "preview",
        standing=standing,
        address=address,
        may_make=permissions.can_make_preview(request.user, discussion),
    )


@require_safe
def read(request, slug, token):
    """The page of a discussion as its readers will find it, for whoever has the link."""
    opened = Preview.objects.opened_by(token).filter(discussion__slug=slug)
    preview = opened.select_related("discussion").first()
    if preview is None:
        raise Http404
    discussion = preview.discussion
    context = {
        "discussion": discussion,
        "staff": discussion.memberships.staff().for_display(),
        "is_first_page": True,
    }
    return kept_nowhere(render(request, "moderation/preview.html", context))


def kept_nowhere(response):
    """Neither by a cache nor by a search engine. (No site learns the address from our links.)"""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
