"""What somebody has begun to write: listed, kept by windows on their own, thrown away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from .. import actions, permissions
from ..forms import DraftForm
from ..models import Discussion, Draft, Membership, Mute
from .lookup import number_of
from .parking import forget

# Each with its whole text.
DRAFTS_ON_PAGE = 20


@login_required
@require_safe
def drafts(request):
    """One's own, the latest first; also those of discussions that one may not see any more."""
    mine = Draft.objects.filter(person=request.user.person_id)
    if last := mine.filter(pk=number_of(request.GET.get("before"))).first():
        mine = mine.behind(last)
    mine = list(mine.for_list()[: DRAFTS_ON_PAGE + 1])
    say_what_may_go_on(mine[:DRAFTS_ON_PAGE], request.user)
    context = {
        "drafts": mine[:DRAFTS_ON_PAGE],
        "older": mine[DRAFTS_ON_PAGE - 1] if len(mine) > DRAFTS_ON_PAGE else None,
    }
    return render(request, "forum/drafts.html", context)


def say_what_may_go_on(drafts, user):
    """Give each draft its `may_go_on`; the same few queries for however many."""
    discussions = {draft.discussion_id for draft in drafts}
    visible = set(
        Discussion.objects.visible_to(user).filter(pk__in=discussions).values_list("pk", flat=True)
    )
    there = {}
    held = Membership.objects.filter(person=user.person_id, discussion__in=discussions)
    for membership in held:
        there.setdefault(membership.discussion_id, []).append(membership)
    muted = Mute.objects.current().filter(person=user.person_id, discussion__in=discussions)
    mutes = {mute.discussion_id: mute for mute in muted}
    for draft in drafts:
        draft.discussion.know(
            user.person_id, there.get(draft.discussion_id, []), mutes.get(draft.discussion_id)
        )
        if draft.parent:
            draft.parent.discussion = draft.discussion
        draft.may_go_on = draft.discussion_id in visible and permissions.can_write(
            user, draft.discussion, draft.parent, begun_at=draft.begun_at
        )


@login_required
@require_POST
def discard(request, pk):
    draft = get_object_or_404(Draft, pk=pk, person=request.user.person_id)
    try:
        actions.discard_draft(draft, sequence=number_of(request.POST.get("sequence")))
    except actions.StaleDraft:
        messages.error(request, _("A later draft was kept meanwhile: look at it first."))
    else:
        messages.success(request, _("The draft is thrown away."))
    return redirect("forum:drafts")


# The form comes with a pen, which this site has signed for one session: no other site can have it.
@csrf_exempt
@require_POST
def save(request):
    """Keep a draft for a window that does so every few seconds: one query, and no page.

    Answers {"sequence": 3}, or why it is not kept: 401 logged out, 409 another draft is there, 422.
    """
    form = DraftForm(request.POST)
    if not form.is_valid():
        return told(422, errors=[error for errors in form.errors.values() for error in errors])
    sequence = form.save(request.session.session_key)
    if not sequence:
        return find_out(request, form)
    let_go(request)
    return told(200, sequence=sequence)


def let_go(request):
    """The draft holds now what waited; a window says so once."""
    if "waiting" in request.POST:
        forget(request)


def find_out(request, form):
    """The draft is not there yet, or another one is; or somebody has logged out, or in again."""
    if not form.is_for(request.user):
        return told(401)
    try:
        sequence = form.save_for(request.user)
    except actions.StaleDraft:
        return told(409)
    let_go(request)
    # Whoever has logged in again in another window goes on in this one.
    renewed = form.cleaned_data["pen"].renewed(request.session.session_key)
    return told(200, sequence=sequence, pen=str(renewed), csrfmiddlewaretoken=get_token(request))


def told(status, **values):
    # Said here, since finding out whether somebody is logged in takes a query.
    return JsonResponse(values, status=status, headers={"Cache-Control": "no-store"})
