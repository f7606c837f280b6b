"""What the staff of a discussion may do, and those who run the site."""

from django.utils.translation import gettext as _

from ..models.discussions import STAFF_ROLES
from ..models.memberships import FACILITATING_ROLES, STEERING_ROLES, Role
from .roles import not_authenticated, only, what_wakes_it
from .verdicts import ALLOWED, Denied


def can_see_workbench(user, discussion):
    """All staff may look: at the overview and at the log."""
    otherwise = _("Only moderators, facilitators and organisers of this discussion work here.")
    return only(user, discussion, STAFF_ROLES, otherwise)


def can_see_statistics(user, discussion):
    """Whoever may read it, where the organiser wishes so; the staff always."""
    if discussion.statistics_public:
        return ALLOWED
    return only(user, discussion, STAFF_ROLES, _("These statistics are for the staff alone."))


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


def can_make_preview(user, discussion):
    """A link with which others read it before it is published."""
    answer = can_steer(user, discussion)
    if answer and discussion.published:
        return Denied(_("This discussion is published already: everybody who may read it can."))
    return answer


def can_revoke_preview(user, discussion):
    answer = can_steer(user, discussion)
    if answer and not discussion.previews.standing().exists():
        return Denied(_("There is no link that could be revoked."))
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


def can_mute(user, contribution):
    """Its author, until a date: they cannot contribute to the discussion till then."""
    discussion = contribution.discussion
    answer = can_steer(user, discussion)
    if answer and contribution.author_id == user.person_id:
        return Denied(_("You cannot mute yourself."))
    if answer and contribution.author_id in discussion.people_of_staff:
        return Denied(_("Nobody of the staff of this discussion can be muted."))
    return answer


def can_unmute(user, discussion):
    return can_steer(user, discussion)


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


def can_post_bulletin(user, discussion):
    """A bulletin stands on the page that readers see, and goes to whoever follows it."""
    answer = can_facilitate(user, discussion)
    if answer and not discussion.published:
        return Denied(_("Publish this discussion first: a bulletin is for its readers."))
    return answer


def can_edit_bulletin(user, bulletin):
    """Also pin it, unpin it, and withdraw it."""
    answer = can_post_bulletin(user, bulletin.discussion)
    if answer and not bulletin.is_published:
        return Denied(_("This bulletin was withdrawn."))
    return answer


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


def can_copy(user, discussion):
    """Make a new discussion of this one: whoever organises it becomes the organiser of the copy."""
    otherwise = _("Only organisers of a discussion can copy it.")
    return only(user, discussion, (Role.ORGANISER,), otherwise)


def can_create_discussion(user):
    return only_superusers(user)


def can_write_page(user):
    """The pages of the site itself: about, rules, privacy, imprint."""
    return only_superusers(user)


def can_suspend(user, account):
    answer = only_superusers(user)
    if answer and account.pk == user.pk:
        return Denied(_("You cannot suspend yourself."))
    if answer and not account.is_active:
        return Denied(_("This account is suspended already."))
    return answer


def can_reinstate(user, account):
    answer = only_superusers(user)
    if answer and account.is_active:
        return Denied(_("This account is not suspended."))
    return answer


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
