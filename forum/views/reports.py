"""What readers and authors say to moderators about a contribution."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import rates

from .. import actions, permissions
from ..forms import AppealForm, ReportForm
from .contributions import confirmed, refuse, status_of
from .lookup import visible_contribution
from .parking import never_loses_text, waiting


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def report(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    earlier = None
    if request.user.is_authenticated:
        earlier = actions.report_of(request.user, contribution)
    answer = permissions.can_report(request.user, contribution)
    if not (answer or earlier):
        return refuse(request, answer)
    form = form_about(contribution, request, ReportForm, sender=rates.sender(request))
    if confirmed(request, form):
        messages.success(
            request, _("Thank you. The moderators look at it, and you are told what they decide.")
        )
        return redirect(contribution)
    context = {
        "form": form,
        "earlier": earlier,
        "contribution": contribution,
        "discussion": contribution.discussion,
    }
    return render(request, "forum/report.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def appeal(request, slug, number):
    """The author's one answer to the act by which their contribution was hidden."""
    contribution = visible_contribution(request, slug, number)
    answer = permissions.can_appeal(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    form = form_about(contribution, request, AppealForm)
    if confirmed(request, form):
        messages.success(request, _("Your answer waits for a moderator."))
        return redirect("forum:me")
    context = {
        "form": form,
        "act": actions.act_to_answer(contribution),
        "contribution": contribution,
        "discussion": contribution.discussion,
    }
    return render(request, "forum/appeal.html", context, status=status_of(form))


def form_about(contribution, request, form, **more):
    return form(
        request.POST or None,
        contribution=contribution,
        user=request.user,
        waiting=waiting(request) if request.user.is_authenticated else None,
        **more,
    )
