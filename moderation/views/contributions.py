from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import permissions
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import visible_contribution

from ..forms import HideOneForm, RestoreOneForm


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
