"""Before or after publication: does a text wait for a moderator, and why?"""

import re

from . import permissions
from .models.discussions import Moderation
from .models.states import Hold
from .redacting import says_redacted

# What readers take for a link, though Markdown makes none of it, as long as it is not one.
BARE_LINK = re.compile(r"(?:https?|ftp)://|\bwww\.", re.IGNORECASE)


def why_held(user, discussion, texts=()):
    """A Hold, or None if it is published at once.

    texts: (Markdown, HTML) of each section. Without them only what holds for any text of this user.

    Staff are never held. Somebody is new as long as nothing of theirs is published in this
    discussion: what was hidden or withdrawn does not count.
    """
    if permissions.is_staff(user, discussion):
        return None
    if discussion.moderation == Moderation.ALL_HELD:
        return Hold.ALL
    first_held = discussion.moderation == Moderation.FIRST_HELD
    if not first_held and not any(has_link(*text) for text in texts):
        return None
    if user.is_authenticated and is_known(user, discussion):
        return None
    return Hold.FIRST if first_held else Hold.LINK


def why_change_held(user, contribution, texts):
    """The same of a change of what is published. What a moderator has redacted does not come back
    without one, whoever has written it."""
    if says_redacted(contribution, [markdown for markdown, _html in texts]) and (
        not permissions.can_redact(user, contribution)
    ):
        return Hold.REDACTED
    return why_held(user, contribution.discussion, texts)


def is_known(user, discussion):
    return discussion.contributions.published().filter(author=user.person_id).exists()


def has_link(markdown, html):
    return "<a " in html or BARE_LINK.search(markdown) is not None
