from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum import permissions
from forum.models import Discussion
from forum.models.memberships import STEERING_ROLES
from forum.views.contributions import confirmed, refuse, status_of
from forum.views.lookup import slug_of, visible_contribution
from forum.views.parking import never_loses_text, waiting

from . import queue as waiting_list
from .forms import DismissForm, HideOneForm, QueueForm, RestoreOneForm
from .site import is_own_address

# Of what was done to a contribution, the latest acts.
ACTS_SHOWN = 10


@login_required
@require_safe
def queue(request):
    """What waits in all discussions that one moderates, or in one of them."""
    mine = Discussion.objects.steered_by(request.user, STEERING_ROLES)
    slug = slug_of(request.GET.get("discussion"))
    discussion = mine.filter(slug=slug).first() if slug else None
    if slug and discussion is None:
        raise Http404
    form = QueueForm(request.GET, discussions=mine, discussion=discussion)
    if not form.has_discussions:
        raise PermissionDenied(_("Only moderators and organisers of a discussion work here."))
    after = waiting_list.Mark.read(request.GET.get("after"))
    items, last = waiting_list.page(form.wanted, after)
    rest = request.GET.copy()
    rest.pop("after", None)
    context = {
        "form": form,
        "discussion": discussion,
        "items": items,
        "last": last,
        "rest": rest.urlencode(),
        "is_first_page": after is None,
    }
    return render(request, "moderation/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def hide(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    done = _("%(label)s is hidden.")
    return act(request, contribution, permissions.can_hide, HideOneForm, "hide", done)


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
        back = request.GET.get("back", "")
        return redirect(back if is_own_address(request, back) else contribution)
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
