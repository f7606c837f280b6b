"""What its author alone sees: a text without a number, and a change that is not approved."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import permissions
from ..forms import WithdrawForm
from .contributions import confirmed, refuse, status_of
from .editing import change
from .lookup import own_contribution, with_questions
from .parking import never_loses_text


@login_required
@require_safe
def own(request, pk):
    """Where it stands with a text; what everybody may read has a page for everybody."""
    contribution = own_contribution(request.user, pk)
    proposal = contribution.proposal if contribution.number else None
    if contribution.number and not proposal:
        return redirect(contribution)
    context = {
        "discussion": contribution.discussion,
        "contribution": contribution,
        "proposal": proposal and with_questions(proposal, contribution.discussion),
        "may_edit": permissions.can_edit(request.user, contribution),
        "may_withdraw": permissions.can_withdraw(request.user, contribution),
    }
    return render(request, "forum/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@login_required
def edit(request, pk):
    return change(request, own_contribution(request.user, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    contribution = own_contribution(request.user, pk)
    if contribution.number:
        return redirect("forum:withdraw", contribution.discussion.slug, contribution.number)
    answer = permissions.can_withdraw(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    form = WithdrawForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(request, _("Your contribution is withdrawn. No reader has seen it."))
        return redirect(contribution)
    context = {"form": form, "discussion": contribution.discussion, "contribution": contribution}
    return render(request, "forum/withdraw.html", context, status=status_of(form))
