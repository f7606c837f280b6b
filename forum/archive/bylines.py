"""How the people of a document are named under their contributions, if nothing else is said."""

from collections import defaultdict

from ..models.memberships import BYLINE_ORDER, Role


def usual_bylines(document):
    """Id of a person -> the values of the byline that follow from their entry and memberships: the
    same rule as actions.contributions.byline_of, for the people of a file."""
    titles = defaultdict(dict)
    for membership in document["memberships"]:
        titles[membership["person"]][membership["role"]] = membership["title"]
    return {
        person["id"]: usual_byline(person, titles[person["id"]]) for person in document["people"]
    }


def usual_byline(person, titles):
    role = next((role for role in BYLINE_ORDER if role in titles), Role.PARTICIPANT)
    return {
        "name": person["name"],
        "organisation": person["organisation"],
        "country": person["country"],
        "stakeholder_group": person["stakeholder_group"],
        "role": str(role),
        "title": titles.get(role) or person["function"],
    }


def given(byline):
    """The values that a file gives itself."""
    return {name: value for name, value in (byline or {}).items() if value is not None}
