"""Report a contribution, answer an act of the staff, and what becomes of both."""

from django.db import transaction
from django.utils.translation import gettext as _

from .. import permissions
from ..models import Appeal, LogEntry, Report
from .base import Refused, locked_contribution, refuse_too_many, refuse_unless
from .notifications import tell_moderators, tell_reporters


@transaction.atomic
def report(contribution, *, user, version, reason, note="", sender=None):
    """Ask the moderators to look at it; each person once for a contribution.

    sender: who has sent the form, for the limits (rates.sender)

    In order: lock, refuse what was reported before and too many, log it (never the note), store it,
    tell the moderators.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_report(user, contribution))
    if report_of(user, contribution):
        raise Refused(_("You have reported this contribution already."))
    refuse_too_many("report", sender)
    entry = LogEntry.objects.record(
        "contribution.report", actor=user, contribution=contribution, reason=reason
    )
    Report.objects.create(contribution=contribution, reporter=user.person, reason=reason, note=note)
    tell_moderators(contribution, entry)


@transaction.atomic
def appeal(contribution, *, user, version, note):
    """Answer the act by which one's own contribution was hidden; once for each act.

    In order: lock, find the act, refuse a second answer, log it (never the note), store it, tell
    the moderators.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_appeal(user, contribution))
    act = act_to_answer(contribution)
    if act is None:
        raise Refused(_("It was not hidden on this site. Please write to the staff instead."))
    if hasattr(act, "appeal"):
        raise Refused(_("You have answered this act already."))
    entry = LogEntry.objects.record("contribution.appeal", actor=user, contribution=contribution)
    Appeal.objects.create(contribution=contribution, entry=act, note=note)
    tell_moderators(contribution, entry)


def report_of(user, contribution):
    """This user's report of it, or None."""
    return contribution.reports.filter(reporter=user.person_id).first()


def act_to_answer(contribution):
    """The act by which it was hidden the last time."""
    acts = contribution.log.filter(act="contribution.hide").select_related("appeal")
    return acts.order_by("-pk").first()


def settle(contribution, entry, outcome, *, up_to=None):
    """Whatever waits about a locked contribution is decided by this act: those who reported it are
    told. How many were decided?

    up_to: the last one that the moderator has seen; what came later still waits
    """
    seen = {} if up_to is None else {"pk__lte": up_to}
    reports = contribution.reports.open().filter(**seen)
    reporters = list(reports.values_list("reporter", flat=True))
    reports.update(outcome=outcome, settled=entry)
    tell_reporters(reporters, contribution, entry)
    appeals = contribution.appeals.open().filter(**seen)
    return len(reporters) + appeals.update(outcome=outcome, settled=entry)
