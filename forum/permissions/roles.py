"""Who holds which role in a discussion, awake, and what they see of it."""

from django.utils.translation import gettext as _

from ..models.discussions import STAFF_ROLES
from .verdicts import ALLOWED, Denied


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


def can_see_text(user, contribution):
    if is_text_shown(contribution, to_staff=is_staff(user, contribution.discussion)):
        return ALLOWED
    return Denied(_("This contribution is hidden or withdrawn."))


def is_text_shown(contribution, *, to_staff):
    """A hidden text stays readable for staff; a withdrawn one for nobody on the site."""
    return contribution.is_published or (contribution.is_hidden and to_staff)
