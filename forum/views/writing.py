"""The form in which people write: shown, previewed, kept as a draft, published, or given back."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import rates

from .. import actions, permissions
from ..forms import ContributionForm, Pen
from ..holding import why_held
from ..models import Draft
from .contributions import refuse, status_of
from .errors import give_back
from .lookup import number_of, visible_contribution, visible_discussion
from .parking import never_loses_text, waiting

# So long the form says what its author has just published: whoever lost the answer looks there.
JUST_PUBLISHED = timedelta(hours=1)
# What else can be done with the form than to publish it.
BUTTONS = {"keep", "preview", "divide"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def contribute(request, slug):
    return write(request, visible_discussion(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def reply(request, slug, number):
    parent = visible_contribution(request, slug, number)
    return write(request, parent.discussion, parent)


def write(request, discussion, parent=None):
    """Show the form, with what is there for it; do with what it brings as its button says."""
    person = request.user.person_id if request.user.is_authenticated else None
    is_sent = request.method == "POST"
    waits = waiting(request) if person else None
    # Whatever its draft had comes with the form, which is not shown again when it is published.
    needs_draft = person and (waits or not is_sent or BUTTONS.intersection(request.POST))
    form = ContributionForm(
        request.POST if is_sent else None,
        discussion=discussion,
        user=request.user,
        parent=parent,
        attempt=attempt(request),
        draft=Draft.objects.find(discussion, person, parent) if needs_draft else None,
        waiting=waits,
        sender=rates.sender(request),
    )
    answer = permissions.can_write(request.user, discussion, parent, begun_at=form.begun_at)
    if person and form.is_bound:
        return receive(request, form, answer)
    if "log_in" in request.POST:
        return redirect_to_login(request.path)
    # A visitor may write first; what has waited for its author is shown whatever happened since.
    may_begin = answer or (not person and answer.sign_in) or form.waiting
    return show(request, form, answer) if may_begin else refuse(request, answer)


def attempt(request):
    """How many times this form was sent, and one more."""
    return (number_of(request.GET.get("send")) or 0) + 1


def receive(request, form, answer):
    if "keep" in request.POST:
        return keep(request, form, answer)
    if "preview" in request.POST:
        return preview(request, form, partial(show, request, form, answer))
    if "divide" in request.POST:
        return divide(form, partial(show, request, form, answer))
    if not answer:
        return keep_and_refuse(request, form, answer.reason)
    return publish(request, form, answer)


def publish(request, form, answer):
    """Publish what the form brings; give the text back whenever that is refused."""
    try:
        if form.is_valid() and form.must_be_asked:
            return show(request, form, answer, asks=True)
        if form.is_valid():
            contribution = form.save()
            messages.success(request, what_became_of(contribution))
            return redirect(contribution)
    except actions.SentBefore as sent:
        form.ask_again(sent)
        form.renew("submission_key", form.fields["submission_key"].initial())
    except actions.SaidBefore as said:
        form.ask_again(said)
    except actions.TooMany as many:
        form.add_error(None, str(many))
    except actions.Refused as refused:
        return keep_and_refuse(request, form, str(refused))
    return show(request, form, answer)


def what_became_of(contribution):
    if contribution.number is None:
        return _("Your text is sent. It waits for a moderator; you see here what becomes of it.")
    return _("Your contribution is published as %(label)s.") % {"label": contribution.label}


def preview(request, form, show):
    """The form with what was sent as it will look, or that part of the page alone."""
    form.full_clean()
    shown = form.preview()
    if request.POST["preview"] == "part":
        return render(request, "forum/_preview.html", {"preview": shown, "form": form})
    # Nobody has asked yet whether it can be published.
    form.errors.clear()
    return show(preview=shown, is_previewed=True)


def divide(form, show):
    """The form with pasted questions taken apart: what was written below each is in its section."""
    form.full_clean()
    form.divide()
    form.errors.clear()
    return show(divided=True)


def keep(request, form, answer):
    """Keep what was sent as a draft; whoever comes from a stale window sees both texts."""
    if not form.can_be_kept:
        return show(request, form, answer)
    try:
        form.keep()
    except actions.StaleDraft as stale:
        form.renew("sequence", stale.draft.sequence if stale.draft else 0)
        # A draft may be whatever could not be published.
        form.errors.clear()
        form.add_error(None, why_stale(form, stale))
        return show(request, form, answer, other=stale.draft)
    messages.success(request, _("Your draft is kept. Only you see it."))
    return redirect(request.path)


def why_stale(form, stale):
    if stale.draft:
        return _("A later draft was kept in another window, so nothing was written.")
    if (earlier := form.earlier()) and earlier.number is None:
        return _("This text was sent to the moderators meanwhile, so no draft was written.")
    if earlier:
        sentence = _("This text was published as %(label)s meanwhile, so no draft was written.")
        return sentence % {"label": earlier.label}
    return _("This draft was thrown away in another window, so nothing was written.")


def keep_and_refuse(request, form, reason):
    """What cannot be published any more becomes a draft, and is given back on the page as well."""
    drafts = ""
    # Another draft may be there, or too many: then this text is on the page alone.
    with suppress(actions.Refused):
        if form.can_be_kept:
            form.keep()
            drafts = reverse("forum:drafts")
    return give_back(request, reason, drafts=drafts)


def show(request, form, answer, other=None, **more):
    """other: the draft that another window has kept
    more: what the form shows beside its fields (a preview, a question to its author)
    """
    discussion, signed_in = form.discussion, request.user.is_authenticated
    bound_by_dates = answer and not permissions.is_staff(request.user, discussion)
    context = {
        "form": form,
        "discussion": discussion,
        "parent": form.parent,
        "other": other or draft_beside(form),
        "may_publish": answer,
        "held": answer and why_held(request.user, discussion),
        "grace_until": discussion.grace_until if bound_by_dates and discussion.is_closed else None,
        "ends": seconds_left(discussion) if bound_by_dates and discussion.is_open else None,
        "pen": Pen.of(request, discussion, form.parent) if signed_in else None,
        "published": published(request.user, discussion) if signed_in else [],
        "sent": keys_of_held(request.user, discussion) if signed_in else [],
    } | more
    return render(request, "forum/contribute.html", context, status=status_of(form, **more))


def seconds_left(discussion):
    """Until it closes by its date; the window then says what the grace period is."""
    return round((discussion.closes_at - timezone.now()).total_seconds())


def draft_beside(form):
    """The draft that is there when the form shows what waited, and that was not made of it."""
    made_of_it = form.waiting and form.draft and form["sequence"].value()
    is_older = form.draft and str(made_of_it) == str(form.draft.sequence)
    return form.draft if form.waiting and not is_older else None


def published(user, discussion):
    """What somebody has published here, the latest first, each with `just_now`; as far as a browser
    may still have its text."""
    mine = discussion.contributions.published().filter(author=user.person_id)
    # Without the discussion each row would ask for it.
    shown = ["discussion", "number", "submission_key", "published_at"]
    found = list(mine.only(*shown).order_by("-number")[:50])
    since = timezone.now() - JUST_PUBLISHED
    for contribution in found:
        contribution.discussion = discussion
        contribution.just_now = contribution.published_at > since
    return found


def keys_of_held(user, discussion):
    """Of the forms whose texts wait for a moderator: a browser may still have those too."""
    waiting = discussion.contributions.waiting().filter(author=user.person_id)
    return waiting.exclude(submission_key=None).values_list("submission_key", flat=True)[:50]
