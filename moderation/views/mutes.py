"""Who may not contribute to a discussion for some time."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum import permissions
from forum.actions import Stale
from forum.views.contributions import refuse, status_of
from forum.views.lookup import visible_contribution, visible_discussion

from .. import actions
from ..forms import MuteForm


@require_http_methods(["GET", "HEAD", "POST"])
def mute(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    discussion = contribution.discussion
    answer = permissions.can_mute(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    current = discussion.mutes.current().filter(person=contribution.author_id).first()
    form = MuteForm(
        request.POST or None, contribution=contribution, user=request.user, current=current
    )
    if request.method == "POST" and form.is_valid() and is_muted(form, current):
        messages.success(request, _("%(name)s is muted.") % {"name": contribution.author.name})
        return redirect("moderation:muted", slug)
    context = {
        "form": form,
        "contribution": contribution,
        "discussion": discussion,
        "current": current,
    }
    return render(request, "moderation/mute.html", context, status=status_of(form))


def is_muted(form, current):
    """Was it done? Whoever comes second is shown what the first has done, and asked again."""
    try:
        form.save()
    except Stale as stale:
        form.data = form.data.copy()
        form.data["seen"] = current.pk if current else ""
        form.add_error(None, str(stale))
    return not form.errors


@require_safe
def muted(request, slug):
    """Who cannot contribute at present, and until when; for those who steer the discussion."""
    discussion = visible_discussion(request, slug)
    answer = permissions.can_unmute(request.user, discussion)
    if not answer:
        return refuse(request, answer)
    there = discussion.mutes.current().select_related("person", "contribution", "entry__actor")
    context = {"discussion": discussion, "mutes": there.order_by("until", "pk")}
    return render(request, "moderation/muted.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unmute(request, slug, pk):
    discussion = visible_discussion(request, slug)
    answer = permissions.can_unmute(request.user, discussion)
    if not answer:
        return refuse(request, answer)
    there = discussion.mutes.select_related("person", "contribution")
    muting = get_object_or_404(there, pk=pk)
    if request.method == "POST":
        try:
            actions.unmute(muting, user=request.user)
        except Stale as stale:
            messages.error(request, str(stale))
        else:
            name = muting.person.name
            messages.success(request, _("%(name)s can contribute again.") % {"name": name})
        return redirect("moderation:muted", slug)
    context = {"discussion": discussion, "muting": muting}
    return render(request, "moderation/unmute.html", context)
