"""Report a contribution, answer an act of the staff, and what becomes of both."""

from django.db import transaction
from django.utils.translation import gettext as _

from .. import permissions
from ..models import Appeal, Contribution, LogEntry, Report
from ..models.states import Undecided
from .base import Refused, change_state, count, locked_contribution, refuse_too_many, refuse_unless
from .notifications import tell_author, tell_moderators, tell_reporters


@transaction.atomic
def report(contribution, *, user, version, reason, note="", sender=None):
    """Ask the moderators to look at it; each person once for a contribution.

    sender: who has sent the form, for the limits (rates.sender)

    In order: lock, refuse what was reported before and too many, log it (never the note), store it,
    put the contribution out of sight if the discussion does that after so many, tell the
    moderators.
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
    if is_enough(contribution):
        cover(contribution)
    tell_moderators(contribution, entry)


def is_enough(contribution):
    """Do as many people wait for a decision as put a text out of sight? What was decided counts no
    more, and each person reports a contribution once: those whose reports were dismissed cannot do
    it again. Texts of the staff stay, as they are never held."""
    discussion = contribution.discussion
    if not discussion.cover_after or contribution.author_id in discussion.people_of_staff:
        return False
    return contribution.reports.open().count() >= discussion.cover_after


def cover(contribution):
    """Hide a locked contribution until a moderator decides. Number, place and replies stay.

    In order: change the state, count, log it (nobody is its actor), tell the author.
    """
    change_state(contribution, Contribution.State.HIDDEN, Undecided.REPORTED)
    count(contribution, -1)
    entry = LogEntry.objects.record(
        "contribution.cover", actor=None, contribution=contribution, reason=Undecided.REPORTED
    )
    tell_author(contribution, entry)


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
    hiding = ("contribution.hide", "contribution.cover")
    acts = contribution.log.filter(act__in=hiding).select_related("appeal")
    return acts.order_by("-pk").first()


def settle(contribution, entry, outcome, *, answers=None, up_to=None):
    """Whatever waits about a locked contribution is decided by this act: those who reported it are
    told. How many were decided?

    answers: another outcome for what the author has answered
    up_to: the last one that the moderator has seen; what came later still waits
    """
    seen = {} if up_to is None else {"pk__lte": up_to}
    reports = contribution.reports.open().filter(**seen)
    reporters = list(reports.values_list("reporter", flat=True))
    reports.update(outcome=outcome, settled=entry)
    tell_reporters(reporters, contribution, entry)
    return len(reporters) + settle_answers(contribution, entry, answers or outcome, **seen)


def settle_answers(contribution, entry, outcome, **seen):
    """The same for what its author has answered alone; how many were decided?"""
    return contribution.appeals.open().filter(**seen).update(outcome=outcome, settled=entry)


def answer_return(contribution, note):
    """Keep what the author of a locked contribution says to the moderators while sending again what
    they have returned. It is decided with the text."""
    returned = contribution.log.filter(act__in=("contribution.return", "contribution.refuse"))
    entry = returned.order_by("-pk").first()
    if note and entry and not Appeal.objects.filter(entry=entry).exists():
        Appeal.objects.create(contribution=contribution, entry=entry, note=note)
