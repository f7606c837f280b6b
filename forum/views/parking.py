"""Nothing that was written is lost on the way: what somebody has sent who is not logged in any more
waits for them, and what cannot be taken is given back."""

import uuid
from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.prepared import Prepared

from .. import actions
from ..forms import Pen
from ..models import ParkedForm
from ..models.parking import KEPT_FOR, key_of
from .errors import give_back, texts_of
from .lookup import number_of

OF_PERSON = Prepared(
    lambda: ParkedForm.objects.order_by().values_list("pk"), "person", "parked_at__gt", most=1
)
# In the session: the secret by which a browser finds what it has sent.
HOLDER = "parked"
# What a form brings that is made anew when it is shown again, and its buttons.
NOT_KEPT = {
    "csrfmiddlewaretoken",
    "pen",
    "window",
    "waiting",
    "keep",
    "preview",
    "divide",
    "log_in",
    "remark",
}


def never_loses_text(view):
    """For a view with a form in which people write, which takes up what waiting() finds."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        is_sent = request.method == "POST"
        if is_sent and not request.user.is_authenticated and texts_of(request):
            return ask_to_log_in(request)
        try:
            response = view(request, *args, **kwargs)
        except (Http404, PermissionDenied) as refused:
            texts = texts_of(request) if is_sent else texts_waiting(request)
            if not (is_sent or texts):
                raise
            return give_back(request, *why(refused), texts=texts)
        if is_sent and response.status_code == 302:
            forget(request)
        return response

    wrapped.never_loses_text = True
    return wrapped


def why(refused):
    """The reason in a sentence, and the status."""
    if isinstance(refused, Http404):
        return _("This page does not exist any more, or you may not see it any more."), 404
    return str(refused), 403


def texts_waiting(request):
    found = waiting(request)
    return found.texts if found else []


def ask_to_log_in(request):
    context = {"parked": park(request), "texts": texts_of(request), "next": request.path}
    return render(request, "forum/parked.html", context, status=403)


def stale_form(request, reason=""):
    """Django refuses a form whose token is too old, or that comes from elsewhere.

    Who has logged in or out in another window meanwhile finds what was sent in the form again; one
    click sends it.
    """
    view = request.resolver_match.func
    # Where a form comes from another site, the reason speaks of its origin.
    ours = reason.startswith("CSRF") and hasattr(view, "never_loses_text")
    if ours and texts_of(request):
        if not request.user.is_authenticated:
            return ask_to_log_in(request)
        if park(request):
            return redirect(request.path)
    sentence = _(
        "This form had expired, so nothing was saved. That happens when you logged in or out in "
        "another window, or when your browser refuses cookies. Go back, load the page again, and "
        "send it once more."
    )
    return give_back(request, sentence)


def park(request):
    """Keep what was sent for this browser. Is it kept?"""
    if not ratelimit.consume(request, action="park"):
        return False
    pen = Pen.read(request.POST.get("pen"))
    holder = request.session.setdefault(HOLDER, str(uuid.uuid4()))
    return actions.park(
        holder=holder,
        path=path_of(request),
        # No database keeps this character, and no browser sends it.
        fields={
            name: value.replace("\0", "")
            for name, value in request.POST.items()
            if name not in NOT_KEPT and "password" not in name
        },
        person=pen and pen.person,
    )


def waiting(request):
    """What was sent to this address before its author had logged in, or None: the latest, and when
    the form is sent the one that it showed."""
    here = all_waiting(request).filter(path=path_of(request))
    if request.method == "POST":
        shown = number_of(request.POST.get("waiting"))
        return here.filter(pk=shown).first() if shown else None
    return here.first()


def all_waiting(request):
    """Whatever waits for this reader, the latest first."""
    person = request.user.person_id if request.user.is_authenticated else None
    found = ParkedForm.objects.current().for_reader(request.session.get(HOLDER), person)
    return found.order_by("-parked_at", "-pk")


def forget(request):
    """Let go what the form that is sent has shown, or what the same form has parked before."""
    # Most often there is none, which is soon known, and without a transaction.
    if HOLDER not in request.session and not waits_for(request.user):
        return
    shown = Q(pk=number_of(request.POST.get("waiting")))
    same = Q(path=path_of(request), key=key_of(request.POST.dict()))
    actions.release(all_waiting(request).filter(shown | same))


def waits_for(user):
    since = timezone.now() - KEPT_FOR
    return user.is_authenticated and bool(OF_PERSON.rows(user.person_id, since))


@require_POST
def discard(request):
    """Throw away something that waits."""
    actions.release(all_waiting(request).filter(pk=number_of(request.POST.get("waiting"))))
    messages.success(request, _("The text is thrown away."))
    return redirect("forum:home")


def path_of(request):
    """The address without the prefix of a language: somebody may log in in another one."""
    code = get_language_from_path(request.path_info)
    return request.path_info.removeprefix(f"/{code}") if code else request.path_info
