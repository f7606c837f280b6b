"""What a document need not say, since it follows from the rest of it."""

from ..models import Byline, Contribution
from .bylines import given, usual_bylines


def reduce(document):
    """Take out of a complete document what loading it would fill in again."""
    discussion, contributions = document["discussion"], document["contributions"]
    if discussion["last_number"] == highest_number(document):
        discussion["last_number"] = None
    usual = usual_bylines(document)
    for contribution in [*contributions, *document["waiting"]]:
        reduce_byline(contribution, usual[contribution["author"]])
        hidden = contribution["state"] == Contribution.State.HIDDEN
        if hidden and contribution["reason"] == Contribution.Reason.OTHER:
            contribution["reason"] = ""

    for bulletin in document["bulletins"]:
        reduce_byline(bulletin, usual[bulletin["author"]])
        if bulletin["behind"] == said_before(bulletin, contributions):
            bulletin["behind"] = None


def said_before(bulletin, contributions):
    """The number of the last contribution that was there when a bulletin was published."""
    at = bulletin["published_at"]
    return max((one["number"] for one in contributions if one["published_at"] <= at), default=0)


def reduce_byline(contribution, usual):
    """Keep the values that differ from the usual ones."""
    values = given(contribution["byline"])
    differing = {name: value for name, value in values.items() if value != usual[name]}
    contribution["byline"] = (
        {name: differing.get(name) for name in Byline.VALUES} if differing else None
    )


def highest_number(document):
    """Contributions stand by number."""
    return document["contributions"][-1]["number"] if document["contributions"] else 0
