from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
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

from .. import queue as waiting_list
from ..forms import DecideForm, DismissForm, HideOneForm, RestoreOneForm
from ..site import is_own_address

# Of what was done to a contribution, the latest acts.
ACTS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@login_required
def decide(request, pk):
    """What waits, in its context, to be published or returned; whoever comes second is shown what
    the first has done."""
    contribution = steered_contribution(request, pk)
    about = {"contribution": contribution, "user": request.user, "waiting": waiting(request)}
    form = DecideForm(request.POST or None, **about)
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
        "answers": contribution.appeals.order_by("pk"),
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
        return redirect(back_or(request, reverse("moderation:decide", args=[contribution.pk])))
    if form.data["act"] == form.RETURN:
        messages.success(request, _("The change is returned to its author."))
    else:
        messages.success(request, _("%(label)s is published.") % {"label": contribution.label})
    return redirect(back_or(request, contribution))


def back_or(request, target):
    """Where one came from, if that is a page of this site."""
    back = request.GET.get("back", "")
    return back if is_own_address(request, back) else target


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def hide(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    done = _("%(label)s is hidden.")
    covered = contribution.is_covered
    may = permissions.can_keep_hidden if covered else permissions.can_hide
    return act(request, contribution, may, HideOneForm, "hide", done)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    done = _("%(label)s is shown again.")
    return act(request, contribution, permissions.can_restore, RestoreOneForm, "restore", done)


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request, slug, number):
    """Leave it as it is, whatever was asked about it."""
    contribution = visible_contribution(request, slug, number)
    done = _("%(label)s stays as it is.")
    return act(request, contribution, permissions.can_dismiss, DismissForm, "dismiss", done)


def act(request, contribution, may, form, name, done):
    """The page that asks, by GET, and the deed, by POST; then back to where one came from."""
    answer = may(request.user, contribution)
    if not answer:
        return refuse_with_last_act(request, contribution, answer)
    form = form(
        request.POST or None,
        contribution=contribution,
        user=request.user,
        waiting=waiting(request) if name == "hide" else None,
    )
    if confirmed(request, form):
        messages.success(request, done % {"label": contribution.label})
        return redirect(back_or(request, contribution))
    context = {
        "form": form,
        "contribution": contribution,
        "discussion": contribution.discussion,
        "reports": waiting_list.reports_of([contribution.pk]).get(contribution.pk, []),
        "appeal": contribution.appeals.open().first(),
        "acts": acts_on(contribution)[:ACTS_SHOWN],
    }
    return render(request, f"moderation/{name}.html", context, status=status_of(form))


def acts_on(contribution):
    """What was done to it, the latest first."""
    return contribution.log.select_related("actor", "note").order_by("-pk")


def refuse_with_last_act(request, contribution, answer):
    """Whoever comes second learns what the first has done."""
    last = acts_on(contribution).first()
    if last and permissions.can_steer(request.user, contribution.discussion):
        words = {
            "name": last.actor or "–",
            "act": last.act_name,
            "when": date_format(
                last.at.astimezone(contribution.discussion.zone), "DATETIME_FORMAT"
            ),
        }
        before = _("The last act: %(name)s %(act)s, %(when)s.") % words
        answer = replace(answer, reason=f"{answer.reason} {before}")
    return refuse(request, answer)
