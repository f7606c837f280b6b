from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import actions, permissions, sheets, threads
from ..forms import WithdrawForm
from ..permissions import require
from .errors import give_back
from .lookup import contribution_of, number_of, path_of, visible_contribution, with_questions
from .visitors import TURNS, for_visitors

VERSIONS_ON_PAGE = 10

# An answer that shows the form again, since what it held cannot be taken.
UNPROCESSABLE = 422


@require_safe
@for_visitors(takes=TURNS)
def contribution(request, slug, number):
    """The permanent page: one contribution, what it answers, and everything said below it."""
    contribution = visible_contribution(request, slug, number)
    discussion = contribution.discussion
    marks = {name: number_of(request.GET.get(name)) for name in ("after", "before")}
    page = sheets.sheet(
        discussion,
        request.user,
        ("below", number, *marks.values()),
        lambda: page_below(contribution, **marks),
    )
    neighbours = discussion.contributions.numbered().only("number")
    context = {
        "discussion": discussion,
        "contribution": contribution,
        "parent": contribution.parent_number
        and contribution_of(discussion, contribution.parent_number),
        "page": page,
        "thread": threads.number_at(threads.root_path(contribution.path)),
        "previous": neighbours.filter(number__lt=number).order_by("-number").first(),
        "next": neighbours.filter(number__gt=number).order_by("number").first(),
        "may_contribute": permissions.can_contribute(request.user, discussion),
    }
    return render(request, "forum/contribution.html", context)


def page_below(contribution, *, after, before):
    below = contribution.discussion.contributions.for_display().below(contribution)
    marks = {"after": path_of(below, after), "before": path_of(below, before)}
    return threads.page(contribution.discussion, below, **marks)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, slug, number):
    contribution = visible_contribution(request, slug, number)
    answer = permissions.can_withdraw(request.user, contribution)
    if not answer:
        return refuse(request, answer)
    form = WithdrawForm(request.POST or None, contribution=contribution, user=request.user)
    if confirmed(request, form):
        messages.success(request, _("Your contribution is withdrawn. Its number and replies stay."))
        return redirect(contribution)
    context = {"form": form, "discussion": contribution.discussion, "contribution": contribution}
    return render(request, "forum/withdraw.html", context, status=status_of(form))


def confirmed(request, form):
    """Do what a VersionForm asks about, if it was sent and the contribution is still the same."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        form.save()
    except actions.Stale as stale:
        form.ask_again(stale)
        return False
    except actions.TooMany as too_many:
        form.add_error(None, str(too_many))
        return False
    return True


@require_safe
def history(request, slug, number):
    """Every version that stood here, the latest first, some on each page."""
    contribution = visible_contribution(request, slug, number)
    require(permissions.can_read_history(request.user, contribution))
    revisions = contribution.revisions.shown().order_by("-version")
    before = number_of(request.GET.get("before"))
    if before is not None:
        revisions = revisions.filter(version__lt=before)
    shown = list(revisions[: VERSIONS_ON_PAGE + 1])
    for revision in shown:
        with_questions(revision, contribution.discussion)
    context = {
        "discussion": contribution.discussion,
        "contribution": contribution,
        "is_first_page": before is None,
        "revisions": shown[:VERSIONS_ON_PAGE],
        "older": shown[VERSIONS_ON_PAGE - 1] if len(shown) > VERSIONS_ON_PAGE else None,
    }
    return render(request, "forum/history.html", context)


def refuse(request, answer):
    """A visitor signs in first, where that may help; everyone else is told why. What was sent is
    given back."""
    if request.method == "POST":
        return give_back(request, answer.reason)
    if answer.sign_in and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied(answer.reason)


def status_of(form, *, asks=False, **_more):
    """asks: what was sent waits for an answer of its author"""
    return UNPROCESSABLE if asks or form.errors else 200
