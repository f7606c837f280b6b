"""Changing what is published, or waits to be."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import actions, permissions
from ..forms import EditForm
from ..holding import why_held
from .contributions import refuse, status_of
from .errors import give_back
from .lookup import visible_contribution
from .parking import never_loses_text, waiting
from .writing import attempt, divide, preview


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def edit(request, slug, number):
    return change(request, visible_contribution(request, slug, number))


def change(request, contribution):
    """Show the form, with what stands there; do with what it brings as its button says."""
    answer = permissions.can_edit(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    form = EditForm(
        request.POST or None,
        contribution=contribution,
        user=request.user,
        attempt=attempt(request),
        waiting=waiting(request),
    )
    if "preview" in request.POST:
        return preview(request, form, partial(show, request, form))
    if "divide" in request.POST:
        return divide(form, partial(show, request, form))
    return publish(request, form)


def publish(request, form):
    """Publish the changes; whoever has changed an older version sees what stands there now."""
    contribution = form.contribution
    try:
        if form.is_bound and form.is_valid() and form.must_be_asked:
            return show(request, form, asks=True)
        if form.is_bound and form.is_valid():
            changed = form.save()
            messages.success(request, what_became_of(changed))
            return redirect(changed)
    except actions.Stale:
        # It may have changed only since it was read above.
        contribution.refresh_from_db()
        form.renew("version", contribution.version)
        form.add_error(
            None,
            _(
                "This contribution was changed meanwhile, perhaps in another window. It stands "
                "below as it is now. Send your text again to put it in its place."
            ),
        )
    except actions.Refused as refused:
        return give_back(request, str(refused))
    return show(request, form)


def what_became_of(changed):
    if changed.is_held:
        return _("Your text is sent. It waits for a moderator.")
    if changed.has_pending_change:
        return _("Your change is sent. It waits for a moderator; until then the old text stands.")
    return _("Your changes are published.")


def show(request, form, **more):
    contribution = form.contribution
    context = {
        "form": form,
        "discussion": contribution.discussion,
        "contribution": contribution,
        "may_publish": True,
        "held": contribution.number is None or why_held(request.user, contribution.discussion),
    } | more
    return render(request, "forum/edit.html", context, status=status_of(form, **more))
