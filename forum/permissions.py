"""Who may do what. Every answer is ALLOWED, or a Denied whose reason is the sentence to show.

The same answer hides a button, explains itself on the page and makes the 403. The table stands in
ARCHITECTURE.md and is tested as a table.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models.discussions import STAFF_ROLES
from .models.memberships import FACILITATING_ROLES, STEERING_ROLES, Role


class Allowed:
    reason = ""

    def __bool__(self):
        return True


@dataclass(frozen=True)
class Denied:
    reason: str
    # Might somebody who signs in be allowed to?
    sign_in: bool = False

    def __bool__(self):
        return False


ALLOWED = Allowed()


def require(answer):
    """Let an allowed request pass; refuse any other with its reason."""
    if not answer:
        raise PermissionDenied(answer.reason)


def holds(user, discussion, roles):
    """Does this user hold one of these roles here, awake? Superusers hold all of them."""
    return was_given(user, discussion, roles) and user.is_awake


def role_sleeps(user, discussion, roles=STAFF_ROLES):
    """Was one of these roles given to this user here, and waits for their second factor?"""
    return was_given(user, discussion, roles) and not user.is_awake


def was_given(user, discussion, roles):
    """Was one of these roles given to this user here, asleep or awake?"""
    if not_authenticated(user):
        return False
    return user.is_superuser or bool(discussion.roles_of(user).intersection(roles))


def is_staff(user, discussion):
    return holds(user, discussion, STAFF_ROLES)


def please_sign_in():
    return Denied(_("Please log in or sign up to comment."), sign_in=True)


def only(user, discussion, roles, otherwise):
    """ALLOWED for those who hold one of these roles here; others learn whose it is, or what would
    wake theirs."""
    if holds(user, discussion, roles):
        return ALLOWED
    if role_sleeps(user, discussion, roles):
        return Denied(what_wakes_it())
    return Denied(otherwise, sign_in=not_authenticated(user))


def what_wakes_it():
    return _(
        "Your role here needs a second factor: set up an authenticator app or a passkey, under "
        "“Security” in your profile."
    )


def not_authenticated(user):
    return not user.is_authenticated or not user.is_active


def is_visible(user, discussion):
    """Does it exist for this user? The same rule as DiscussionQuerySet.visible_to()."""
    everybody = discussion.Visibility.PUBLIC, discussion.Visibility.ACCOUNTS
    if discussion.published and discussion.visibility in everybody[: 1 + user.is_authenticated]:
        return True
    if discussion.published and discussion.roles_of(user):
        return True
    return is_staff(user, discussion)


# --- taking part ---


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
    return ALLOWED


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
    return ALLOWED


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


# --- steering ---


def can_steer(user, discussion):
    """Publish, open, close, extend, reopen; hide and restore contributions."""
    otherwise = _("Only moderators and organisers of this discussion can do this.")
    return only(user, discussion, STEERING_ROLES, otherwise)


def can_publish(user, discussion):
    answer = can_steer(user, discussion)
    if answer and discussion.published:
        return Denied(_("This discussion is published already."))
    return answer


def can_open_now(user, discussion):
    answer = can_steer(user, discussion)
    if answer and not discussion.published:
        return Denied(_("Publish this discussion before you open it."))
    if answer and not discussion.is_upcoming:
        return Denied(_("Only a discussion that is still to come can be opened."))
    return answer


def can_close_now(user, discussion):
    answer = can_steer(user, discussion)
    if answer and not (discussion.published and discussion.is_open):
        return Denied(_("Only an open discussion can be closed."))
    return answer


def can_extend(user, discussion):
    answer = can_steer(user, discussion)
    if answer and (not discussion.published or discussion.is_closed):
        return Denied(_("A discussion that has closed cannot be extended; reopen it instead."))
    return answer


def can_reopen(user, discussion):
    answer = can_steer(user, discussion)
    if answer and not (discussion.published and discussion.is_closed):
        return Denied(_("Only a closed discussion can be reopened."))
    return answer


def can_hide(user, contribution):
    answer = can_steer(user, contribution.discussion)
    if answer and not contribution.is_published:
        return Denied(_("Only a published contribution can be hidden."))
    return answer


def can_restore(user, contribution):
    answer = can_steer(user, contribution.discussion)
    if answer and not contribution.is_hidden:
        return Denied(_("Only a hidden contribution can be restored."))
    return answer


def can_dismiss(user, contribution):
    """Leave it as it is, whatever was asked about it."""
    answer = can_steer(user, contribution.discussion)
    if answer and not (contribution.is_published or contribution.is_hidden):
        return Denied(_("Nothing about this contribution waits for a moderator."))
    return answer


def can_approve(user, contribution):
    """Publish or return what was held."""
    answer = can_steer(user, contribution.discussion)
    if answer and not contribution.is_held:
        return Denied(_("This does not wait for a moderator any more."))
    return answer


def can_approve_change(user, contribution):
    """Publish or return a change of what is published."""
    answer = can_steer(user, contribution.discussion)
    if answer and not contribution.has_pending_change:
        return Denied(_("This does not wait for a moderator any more."))
    return answer


# --- facilitating and organising ---


def can_facilitate(user, discussion):
    otherwise = _("Only facilitators and organisers of this discussion can do this.")
    return only(user, discussion, FACILITATING_ROLES, otherwise)


def can_export_everything(user, discussion):
    """The full table, with what was hidden and who wrote anonymously."""
    return can_facilitate(user, discussion)


def can_assign(user, contribution):
    """Put passages of the general text under the questions that they answer, at any time."""
    answer = can_facilitate(user, contribution.discussion)
    if answer and not contribution.is_published:
        return Denied(_("Only passages of a published contribution can be assigned to questions."))
    if answer and not contribution.has_body:
        return Denied(_("This contribution has no general text that could be assigned."))
    if answer and not contribution.discussion.has_questions:
        return Denied(_("This discussion has no guiding questions."))
    return answer


def can_organise(user, discussion):
    """Edit texts and questions, invite, give and take roles."""
    otherwise = _("Only organisers of this discussion can do this.")
    return only(user, discussion, (Role.ORGANISER,), otherwise)


def can_create_discussion(user):
    return only_superusers(user)


def can_write_page(user):
    """The pages of the site itself: about, rules, privacy, imprint."""
    return only_superusers(user)


def only_superusers(user):
    if not_authenticated(user) or not user.is_superuser:
        return Denied(_("Only those who run this site can do this."))
    return ALLOWED if user.is_awake else Denied(what_wakes_it())


def can_take_role(user, membership):
    """Never the last organiser's, nor the participant's who has contributed."""
    discussion = membership.discussion
    answer = can_organise(user, discussion)
    organisers = discussion.memberships.filter(role=Role.ORGANISER)
    if answer and membership.terms_accepted_at:
        return Denied(_("Somebody who has contributed stays a participant."))
    if answer and membership.role == Role.ORGANISER and organisers.count() == 1:
        return Denied(_("A discussion never loses its last organiser."))
    return answer


def can_see_text(user, contribution):
    if is_text_shown(contribution, to_staff=is_staff(user, contribution.discussion)):
        return ALLOWED
    return Denied(_("This contribution is hidden or withdrawn."))


def is_text_shown(contribution, *, to_staff):
    """A hidden text stays readable for staff; a withdrawn one for nobody on the site."""
    return contribution.is_published or (contribution.is_hidden and to_staff)
