"""How the people of an export are called: as everybody sees them, or by pseudonyms."""

from base64 import b32encode
from functools import lru_cache

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from forum.models.bylines import PublicByline, public_byline

NOBODY = PublicByline(name="")
# Enough that no two people of a discussion share one.
PSEUDONYM_LENGTH = 10


def shown_byline(contribution, choice):
    """Nobody's where the text is withdrawn; who writes without their name is anonymous in each of
    their contributions alone, with no pseudonym that would tell what else they have written."""
    if contribution.is_withdrawn:
        return NOBODY
    byline = public_byline(contribution)
    if not choice.anonymised or contribution.anonymous:
        return byline
    return PublicByline(
        name=pseudonym(contribution.discussion_id, contribution.author_id),
        organisation=byline.organisation if choice.organisations else "",
        country=byline.country,
        stakeholder_group=byline.stakeholder_group,
        role=byline.role,
    )


def entered_by(contribution, choice):
    """The name of whoever has posted it for its author."""
    if contribution.entered_by_id is None or contribution.is_withdrawn:
        return ""
    if choice.anonymised:
        return pseudonym(contribution.discussion_id, contribution.entered_by_id)
    return contribution.entered_by.name


def pseudonym(discussion_id, person_id):
    """The same for a person in each export of a discussion, another one in every other."""
    return _("Person %(pseudonym)s") % {"pseudonym": code_of(discussion_id, person_id)}


@lru_cache(maxsize=10_000)
def code_of(discussion_id, person_id):
    digest = salted_hmac("export", f"{discussion_id}:{person_id}", algorithm="sha256").digest()
    return b32encode(digest)[:PSEUDONYM_LENGTH].decode()
