"""Correcting what a contribution is filed under, and redacting words of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from forum import actions, permissions
from forum.models import Redaction
from forum.models.memberships import STEERING_ROLES
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.errors import give_back
from forum.views.lookup import visible_contribution
from forum.views.parking import never_loses_text, waiting

from .. import redacting
from ..forms import CorrectForm, RedactForm
from .contributions import (
    ACTS_SHOWN,
    acts_on,
    back_or,
    refuse_with_last_act,
    steered_contribution,
)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, slug, number):
    return ask_to_correct(request, lambda: visible_contribution(request, slug, number))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct_waiting(request, pk):
    """The same of what has no number yet."""
    return ask_to_correct(request, lambda: steered_contribution(request, pk))


def ask_to_correct(request, find):
    """find: how the contribution is found, as it is now"""
    contribution = find()
    answer = permissions.can_correct(request.user, contribution)
    if not answer:
        return refuse_with_last_act(request, contribution, answer)
    form = CorrectForm(request.POST or None, contribution=contribution, user=request.user)
    try:
        if confirmed(request, form):
            messages.success(request, _("It is corrected, and its author is told."))
            return redirect(back_or(request, place_of(find())))
    except actions.Refused as refused:
        return give_back(request, str(refused))
    status = status_of(form)
    if form.is_stale:
        contribution = find()
        form, errors = form.renewed(contribution), form.non_field_errors()
        return show(request, "correct", form, contribution, status, stale=errors)
    return show(request, "correct", form, contribution, status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def redact(request, slug, number):
    return ask_to_redact(request, lambda: visible_contribution(request, slug, number))


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@login_required
def redact_waiting(request, pk):
    """The same of what has no number yet."""
    return ask_to_redact(request, lambda: steered_contribution(request, pk))


def ask_to_redact(request, find):
    """Ask for the words, show what would be replaced, and do it once that was seen."""
    contribution = find()
    answer = permissions.can_redact(request.user, contribution)
    if not answer:
        return refuse_with_last_act(request, contribution, answer)
    form = RedactForm(
        request.POST or None,
        contribution=contribution,
        user=request.user,
        waiting=waiting(request),
    )
    if form.is_confirmed and confirmed(request, form):
        messages.success(request, what_was_done(form.done))
        return redirect(back_or(request, place_of(contribution)))
    contribution = find()
    redactions = contribution.redactions.filter(of=None).select_related("moderator")
    more = {"redactions": [(one, permissions.can_erase(request.user, one)) for one in redactions]}
    return show(request, "redact", form, contribution, status_of(form), **more)


def what_was_done(done):
    return ngettext(
        "The words are replaced in %(times)s place.",
        "The words are replaced in %(times)s places.",
        done.times,
    ) % {"times": done.times}


def place_of(contribution):
    """Where those who steer read it."""
    if contribution.number:
        return contribution.get_absolute_url()
    return reverse("moderation:decide", args=[contribution.pk])


def show(request, name, form, contribution, status, **more):
    context = {
        "form": form,
        "contribution": contribution,
        "discussion": contribution.discussion,
        "place": place_of(contribution),
        "acts": acts_on(contribution)[:ACTS_SHOWN],
    } | more
    return render(request, f"moderation/{name}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase_redaction(request, pk):
    """Ask, and let the words go that were redacted. For those who do not steer there are none."""
    found = Redaction.objects.select_related("contribution__discussion").filter(of=None)
    redaction = get_object_or_404(found, pk=pk)
    contribution = redaction.contribution
    if not permissions.was_given(request.user, contribution.discussion, STEERING_ROLES):
        raise Http404
    answer = permissions.can_erase(request.user, redaction)
    if not answer:
        return refuse(request, answer)
    if request.method == "POST":
        redacting.erase(redaction, user=request.user)
        messages.success(request, _("The words are erased."))
        return redirect(place_of(contribution))
    return show(request, "erase_redaction", None, contribution, 200, redaction=redaction)
