"""The form in which people write: shown, kept as a draft, published, or given back."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import actions, permissions
from ..forms import ContributionForm
from ..models import Draft
from .contributions import refuse, status_of
from .errors import give_back
from .lookup import visible_contribution, visible_discussion


@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request, slug):
    return write(request, visible_discussion(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, slug, number):
    parent = visible_contribution(request, slug, number)
    return write(request, parent.discussion, parent)


def write(request, discussion, parent=None):
    """Show the form, with the draft that is there; do with what it brings as its button says."""
    if not request.user.is_authenticated:
        return refuse(request, permissions.can_write(request.user, discussion, parent))
    there = Draft.objects.at(discussion, request.user.person_id, parent).first()
    form = ContributionForm(
        request.POST or None,
        discussion=discussion,
        user=request.user,
        parent=parent,
        draft=there,
    )
    begun_at = form.begun_at if form.is_bound else there and there.begun_at
    answer = permissions.can_write(request.user, discussion, parent, begun_at=begun_at)
    if "keep" in request.POST:
        return keep(request, form)
    if not answer and form.is_bound:
        return keep_and_refuse(request, form, answer.reason)
    if not answer:
        return refuse(request, answer)
    return publish(request, form)


def publish(request, form):
    """Show the form; publish what it brings; give the text back whenever that is refused."""
    try:
        if form.is_bound and form.is_valid():
            contribution = form.save()
            messages.success(
                request,
                _("Your contribution is published as %(label)s.") % {"label": contribution.label},
            )
            return redirect(contribution)
    except actions.SentBefore as sent:
        form.ask_again(sent)
        form.renew("submission_key", form.fields["submission_key"].initial())
    except actions.SaidBefore as said:
        form.ask_again(said)
    except actions.Refused as refused:
        return keep_and_refuse(request, form, str(refused))
    return show(request, form)


def keep(request, form):
    """Keep what was sent as a draft; whoever comes from a stale window sees both texts."""
    if not form.is_readable:
        return show(request, form)
    try:
        form.keep()
    except actions.StaleDraft as stale:
        form.renew("sequence", stale.draft.sequence if stale.draft else 0)
        form.add_error(None, _("A later draft was kept in another window, so nothing was written."))
        return show(request, form, other=stale.draft)
    messages.success(request, _("Your draft is kept. Only you see it."))
    return redirect(request.path)


def keep_and_refuse(request, form, reason):
    """What cannot be published any more becomes a draft, and is given back on the page as well."""
    drafts = ""
    # The draft that is there may say something else: then this text is on the page alone.
    with suppress(actions.StaleDraft):
        if form.is_readable:
            form.keep()
            drafts = reverse("forum:drafts")
    return give_back(request, reason, drafts=drafts)


def show(request, form, other=None):
    """other: the draft that another window has kept"""
    discussion = form.discussion
    in_grace = discussion.is_closed and not permissions.is_staff(request.user, discussion)
    context = {
        "form": form,
        "discussion": discussion,
        "parent": form.parent,
        "other": other,
        "grace_until": discussion.grace_until if in_grace else None,
    }
    return render(request, "forum/contribute.html", context, status=status_of(form))
