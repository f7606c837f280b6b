"""What everybody may do who reads and writes."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .roles import (
    can_see_text,
    is_staff,
    not_authenticated,
    please_sign_in,
)
from .verdicts import ALLOWED, Denied


def can_contribute(user, discussion, *, begun_at=None):
    """Contribute or reply. Staff also before it opens (welcome) and after it closed (thanks).

    begun_at: when the text was begun. What was begun before the closing may still be sent in the
    grace period.
    """
    if not discussion.published:
        return Denied(_("This discussion is not published yet."))
    if is_staff(user, discussion):
        return ALLOWED
    if discussion.is_upcoming:
        return Denied(_("This discussion is not open yet."))
    if discussion.is_closed and not in_grace(discussion, begun_at):
        return Denied(_("This discussion is closed. No more contributions are accepted."))
    if not_authenticated(user):
        return please_sign_in()
    invited_only = discussion.visibility == discussion.Visibility.INVITED
    if invited_only and not discussion.roles_of(user):
        return Denied(_("Only those who were invited can contribute here."))
    return not_muted(user, discussion)


def not_muted(user, discussion):
    """Whoever is muted reads and keeps drafts; they are told until when, and why."""
    mute = discussion.mute_of(user)
    if not mute:
        return ALLOWED
    until = date_format(timezone.localtime(mute.until, discussion.zone), "DATETIME_FORMAT")
    return Denied(
        _(
            "A moderator has muted you in this discussion until %(until)s (%(zone)s), because of "
            "a contribution of yours: %(reason)s You can go on reading, and keep drafts."
        )
        % {
            "until": until,
            "zone": discussion.time_zone,
            "reason": mute.get_reason_display(),
        }
    )


def in_grace(discussion, begun_at):
    """Was this begun before the discussion closed by its date, and is there still time for it?"""
    until = discussion.grace_until
    return bool(until and begun_at and begun_at < discussion.closes_at and timezone.now() < until)


def can_keep_draft(user):
    """Whoever is signed in, at any time: what somebody has written is theirs."""
    return please_sign_in() if not_authenticated(user) else ALLOWED


def can_follow(user):
    """Whoever is signed in."""
    if not_authenticated(user):
        return Denied(_("Please log in to follow a discussion."), sign_in=True)
    return ALLOWED


def can_reply(user, contribution, *, begun_at=None):
    answer = can_contribute(user, contribution.discussion, begun_at=begun_at)
    # Also for visitors, who would be shown the form and the name of its author.
    if (answer or answer.sign_in) and not contribution.is_published:
        return Denied(_("A contribution that is hidden or withdrawn cannot be replied to."))
    return answer


def can_write(user, discussion, parent=None, *, begun_at=None):
    """Contribute, or with a parent reply."""
    if parent:
        return can_reply(user, parent, begun_at=begun_at)
    return can_contribute(user, discussion, begun_at=begun_at)


def can_edit(user, contribution):
    """The author's own, for edit_minutes after it was published; at any time before."""
    if not_authenticated(user):
        return please_sign_in()
    if contribution.author_id != user.person_id:
        return Denied(_("Only its author can edit a contribution."))
    if contribution.is_held or contribution.is_returned:
        return ALLOWED
    if not contribution.is_published:
        return Denied(_("A contribution that is hidden or withdrawn cannot be edited."))
    minutes = contribution.discussion.edit_minutes
    if timezone.now() >= contribution.editable_until:
        return Denied(
            ngettext(
                "A contribution can be edited for %(minutes)s minute after it was published.",
                "A contribution can be edited for %(minutes)s minutes after it was published.",
                minutes,
            )
            % {"minutes": minutes}
        )
    if is_staff(user, contribution.discussion):
        return ALLOWED
    return not_muted(user, contribution.discussion)


def can_withdraw(user, contribution):
    """The author's own, at any time: also when a moderator has hidden it."""
    if not_authenticated(user):
        return please_sign_in()
    if contribution.author_id != user.person_id:
        return Denied(_("Only its author can withdraw a contribution."))
    if contribution.is_withdrawn:
        return Denied(_("This contribution is withdrawn already."))
    return ALLOWED


def can_report(user, contribution):
    """Whoever is signed in, somebody else's. Each person once, as the action finds out."""
    if not_authenticated(user):
        return Denied(_("Please log in to report a contribution."), sign_in=True)
    if contribution.author_id == user.person_id:
        return Denied(_("You cannot report your own contribution; you can withdraw it."))
    if not contribution.is_published:
        return Denied(_("Only a published contribution can be reported."))
    return ALLOWED


def can_appeal(user, contribution):
    """The author, when a moderator has hidden it. Once for each act, as the action finds out."""
    if not_authenticated(user):
        return please_sign_in()
    if contribution.author_id != user.person_id:
        return Denied(_("Only its author can answer to what was done to a contribution."))
    if not contribution.is_hidden:
        return Denied(_("This contribution is not hidden."))
    return ALLOWED


def can_read_history(user, contribution):
    """Earlier versions are readable for whoever may read the text itself."""
    return can_see_text(user, contribution)


def can_write_to_staff(user, discussion):
    if not_authenticated(user):
        return Denied(_("Please log in to write to the staff of this discussion."), sign_in=True)
    return ALLOWED
