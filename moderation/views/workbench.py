"""The workbench: what an organiser needs without the administration, and what all staff may see."""

from copy import copy
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from forum import permissions
from forum.views.contributions import refuse, status_of
from forum.views.lookup import number_of, visible_discussion
from forum.views.parking import never_loses_text, waiting

from ..changes import last_act, locked_unchanged
from ..entries import details_of
from ..forms.workbench import SettingsForm, TextsForm
from ..steering import ACTS
from ..waiting import what_waits

LATEST = 5

# The pages of the workbench: their name, what the menu calls them, who may see them.
SECTIONS = (
    ("manage", gettext_lazy("Overview"), permissions.can_see_workbench),
    ("window", gettext_lazy("Window"), permissions.can_steer),
    ("texts", gettext_lazy("Texts"), permissions.can_organise),
    ("questions", gettext_lazy("Guiding questions"), permissions.can_organise),
    ("hosts", gettext_lazy("Hosts"), permissions.can_organise),
    ("people", gettext_lazy("People and roles"), permissions.can_organise),
    ("settings", gettext_lazy("Settings"), permissions.can_organise),
    ("preview", gettext_lazy("Preview"), permissions.can_steer),
    ("forum:bulletins", gettext_lazy("Bulletins"), permissions.can_post_bulletin),
    ("facilitation:statistics", gettext_lazy("Statistics"), permissions.can_see_statistics),
    ("facilitation:exports", gettext_lazy("Exports"), permissions.can_export_everything),
    ("facilitation:proceedings", gettext_lazy("Proceedings"), permissions.can_export_everything),
    ("log", gettext_lazy("Log"), permissions.can_see_workbench),
    ("copy", gettext_lazy("Copy"), permissions.can_copy),
)


def workbench(may):
    """For a page of the workbench: find the discussion, refuse whoever may not, and work in the
    discussion's time zone. Visible but refused is 403 with the reason."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, slug, **place):
            discussion = visible_discussion(request, slug)
            answer = may(request.user, discussion)
            if not answer:
                return refuse(request, answer)
            # First the mark: an act that comes between makes the page stale, never blind.
            discussion.last_act = last_act(discussion.pk)
            discussion.refresh_from_db()
            with timezone.override(discussion.zone):
                return view(request, discussion, **place)

        return wrapped

    return decorate


def desk(
    request, discussion, template, section, *, folder="moderation/workbench", status=200, **context
):
    """A page of the workbench, with the menu of what this person may do."""
    menu = [
        (reverse(address_of(name), args=[discussion.slug]), label, name == section)
        for name, label, may in SECTIONS
        if may(request.user, discussion)
    ]
    return render(
        request,
        f"{folder}/{template}.html",
        context | {"discussion": discussion, "menu": menu},
        status=status,
    )


def address_of(section):
    """The name of a section's address; those of other apps are named with their app."""
    return section if ":" in section else f"moderation:{section}"


def saved(request, form):
    """Store what a form holds, if it was sent; what stands against it is said in the form."""
    if request.method != "POST":
        return False
    try:
        with transaction.atomic():
            if not form.is_valid():
                return False
            form.save()
    except PermissionDenied as refused:
        form.add_error(None, str(refused))
    except ValidationError as wrong:
        explain(form, wrong)
    return not form.errors


def explain(form, error):
    """A refusal at the fields that it names, where the form has them."""
    fields = getattr(error, "error_dict", {})
    form.add_error(None, error if set(fields) <= set(form.fields) else error.messages)


def done_at_once(request, discussion, do):
    """Do what a button says, unless somebody else was quicker. Why not, the next page says."""
    try:
        with transaction.atomic():
            locked_unchanged(discussion, number_of(request.POST.get("seen")) or 0)
            do(user=request.user)
    except ValidationError as stale:
        messages.error(request, " ".join(stale.messages))
    except PermissionDenied as refused:
        messages.error(request, str(refused))
    else:
        return True
    return False


def back_to(section, discussion):
    return redirect(f"moderation:{section}", discussion.slug)


# --- the overview ---


@require_safe
@workbench(permissions.can_see_workbench)
def manage(request, discussion):
    user = request.user
    entries = list(discussion.log.order_by("-pk").select_related("actor", "person")[:LATEST])
    for entry in entries:
        entry.discussion = discussion
        entry.told = details_of(entry)
    return desk(
        request,
        discussion,
        "manage",
        "manage",
        acts=[act for act in ACTS if act.may(user, discussion)],
        waiting=what_waits(discussion, request.user),
        entries=entries,
        preview=discussion.previews.standing().first(),
        may_steer=permissions.can_steer(user, discussion),
        may_export=permissions.can_export_everything(user, discussion),
    )


# --- parts of the discussion's form ---


def edit_part(request, discussion, form_class, section, **options):
    # The form fills its instance with what was sent; the page is about what is stored.
    stored = copy(discussion)
    form = form_class(request.POST or None, instance=discussion, user=request.user, **options)
    if saved(request, form):
        messages.success(request, _("Saved."))
        return back_to(section, discussion)
    return desk(request, stored, section, section, form=form, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@workbench(permissions.can_organise)
def texts(request, discussion):
    return edit_part(request, discussion, TextsForm, "texts", waiting=waiting(request))


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def settings(request, discussion):
    return edit_part(request, discussion, SettingsForm, "settings")
