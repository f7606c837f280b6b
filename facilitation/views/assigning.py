from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import visible_contribution

from ..forms import AssignForm


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, slug, number):
    """Put passages of a general text under the questions that they answer."""
    contribution = visible_contribution(request, slug, number)
    may_assign = permissions.can_assign(request.user, contribution)
    if not may_assign:
        return refuse(request, may_assign)
    form = AssignForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(
            request,
            _("The passages of %(label)s stand under their questions.")
            % {"label": contribution.label},
        )
        return redirect(contribution)
    context = {"form": form, "contribution": contribution, "discussion": contribution.discussion}
    return render(request, "facilitation/assign.html", context, status=status_of(form))
