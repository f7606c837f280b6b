"""What waits for a moderator, and what of it stands first."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.choices import language_name
from forum.models import Discussion
from forum.models.memberships import STEERING_ROLES
from forum.views.contributions import status_of
from forum.views.lookup import slug_of

from .. import queue as waiting_list
from ..forms import LanguagesForm, QueueForm


@login_required
@require_safe
def queue(request):
    """What waits in all discussions that one moderates, or in one of them."""
    mine = Discussion.objects.steered_by(request.user, STEERING_ROLES)
    slug = slug_of(request.GET.get("discussion"))
    discussion = mine.filter(slug=slug).first() if slug else None
    if slug and discussion is None:
        raise Http404
    first = request.user.person.moderates_in
    form = QueueForm(request.GET, discussions=mine, discussion=discussion, first=first)
    if not form.has_discussions:
        refuse_others()
    after = waiting_list.Mark.read(request.GET.get("after"))
    items, last = waiting_list.page(form.wanted, after)
    context = {
        "form": form,
        "discussion": discussion,
        "items": items,
        "last": last,
        "rest": without_place(request.GET),
        "is_first_page": after is None,
        "first": form.wanted.first,
        "my_languages": [language_name(code) for code in first],
    }
    return render(request, "moderation/queue.html", context)


def refuse_others():
    raise PermissionDenied(_("Only moderators and organisers of a discussion work here."))


def without_place(query):
    """What was chosen, as it stands in an address."""
    rest = query.copy()
    rest.pop("after", None)
    return rest.urlencode()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def languages(request):
    """In which languages one moderates."""
    mine = Discussion.objects.steered_by(request.user, STEERING_ROLES)
    if not mine.exists():
        refuse_others()
    form = LanguagesForm(
        request.POST if request.method == "POST" else None,
        person=request.user.person,
        discussions=mine,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choice is saved."))
        return redirect("moderation:queue")
    return render(request, "moderation/languages.html", {"form": form}, status=status_of(form))
