from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.models import Contribution
from forum.models.memberships import STEERING_ROLES
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import (
    contribution_of,
    unnumbered,
    visible_contribution,
    with_questions,
)
from forum.views.parking import never_loses_text, waiting

from .forms import DecideForm, HideOneForm, RestoreOneForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@login_required
def decide(request, pk):
    """What waits, in its context, to be published or returned; whoever comes second is shown what
    the first has done."""
    contribution = steered_contribution(request, pk)
    form = DecideForm(
        request.POST or None,
        contribution=contribution,
        user=request.user,
        waiting=waiting(request),
    )
    if confirmed(request, form):
        return decided(request, form)
    # As it is now, perhaps since a moment ago.
    contribution = steered_contribution(request, pk)
    discussion = contribution.discussion
    proposal = contribution.proposal if contribution.is_published else None
    context = {
        "form": form,
        "contribution": contribution,
        "discussion": discussion,
        "proposal": proposal and with_questions(proposal, discussion),
        "waits": contribution.is_held or contribution.has_pending_change,
        "parent": contribution.parent_number
        and contribution_of(discussion, contribution.parent_number),
        "log": contribution.log.select_related("actor").order_by("pk"),
    }
    return render(request, "moderation/decide.html", context, status=status_of(form))


def steered_contribution(request, pk):
    """For those who steer its discussion; it does not exist for others."""
    contribution = unnumbered(Contribution.objects.all(), pk)
    if not permissions.was_given(request.user, contribution.discussion, STEERING_ROLES):
        raise Http404
    permissions.require(permissions.can_steer(request.user, contribution.discussion))
    return contribution


def decided(request, form):
    """Say what was done, and show it."""
    contribution = steered_contribution(request, form.contribution.pk)
    if contribution.is_returned:
        messages.success(request, _("The text is returned to its author."))
        return redirect("moderation:decide", contribution.pk)
    if form.data["act"] == form.RETURN:
        messages.success(request, _("The change is returned to its author."))
    else:
        messages.success(request, _("%(label)s is published.") % {"label": contribution.label})
    return redirect(contribution)


@require_http_methods(["GET", "HEAD", "POST"])
def hide(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    answer = permissions.can_hide(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    form = HideOneForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(request, _("%(label)s is hidden.") % {"label": contribution.label})
        return redirect(contribution)
    context = {"form": form, "contribution": contribution, "discussion": contribution.discussion}
    return render(request, "moderation/hide.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    answer = permissions.can_restore(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    form = RestoreOneForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(request, _("%(label)s is shown again.") % {"label": contribution.label})
        return redirect(contribution)
    context = {"form": form, "contribution": contribution, "discussion": contribution.discussion}
    return render(request, "moderation/restore.html", context, status=status_of(form))
