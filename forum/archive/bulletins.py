"""Bulletins in a document: what must be right about them, and their rows."""

from ..models import Bulletin
from .kinds import ArchiveError
from .reduction import said_before


def check_bulletins(document, people, check_person):
    """Numbers rise, one is pinned at most, and each is about contributions that were numbered."""
    latest, highest, pinned = 0, latest_number(document), False
    for index, bulletin in enumerate(document["bulletins"]):
        place = f"bulletins[{index}]"
        if bulletin["number"] <= latest:
            words = f"{bulletin['number']} comes after {latest}; numbers must rise"
            raise ArchiveError(f"{place}.number", words)
        latest = bulletin["number"]
        check_person(bulletin["author"], f"{place}.author", people)
        check_covers(bulletin, place, highest)
        if bulletin["pinned"] and (pinned or bulletin["state"] != Bulletin.State.PUBLISHED):
            words = "one that is published stands at the top, at most"
            raise ArchiveError(f"{place}.pinned", words)
        pinned = pinned or bulletin["pinned"]


def latest_number(document):
    numbers = [one["number"] for one in document["contributions"]]
    return max([document["discussion"]["last_number"] or 0, *numbers])


def check_covers(bulletin, place, highest):
    first, last = bulletin["first"], bulletin["last"]
    if (first is None) != (last is None):
        raise ArchiveError(f"{place}.first", "first and last come together")
    if first is not None and not first <= last <= highest:
        raise ArchiveError(f"{place}.last", f"it must be from {first} to {highest}")
    if (bulletin["behind"] or 0) > highest:
        raise ArchiveError(f"{place}.behind", f"there is no contribution {bulletin['behind']}")


def bulletin_rows(loading):
    """The rows of a document's bulletins, for what loads it (Loading)."""
    contributions = loading.document["contributions"]
    for entry in loading.document["bulletins"]:
        values = dict(entry)
        if values["behind"] is None:
            values["behind"] = said_before(entry, contributions)
        values["earlier"] = [
            one | {"replaced_at": one["replaced_at"].isoformat()} for one in entry["earlier"]
        ]
        values["author"] = loading.people[entry["author"]]
        values["byline"] = loading.bylines[entry["author"], loading.byline_values(entry)]
        yield Bulletin(
            discussion=loading.discussion, body_html=loading.html[entry["body"]], **values
        )
