"""What must be right between the parts of a document: references, numbers, dates."""

from accounts.choices import known_as

from ..models import Contribution
from ..models.contributions import MAX_CHARACTERS
from ..models.revisions import PROPOSED
from ..models.states import RevisionState, State
from .bulletins import check_bulletins
from .kinds import ArchiveError, shown

WITH_NOTE = (State.HELD, State.RETURNED)


def check(document):
    """Raise ArchiveError at the first thing that cannot be."""
    check_window(document["discussion"])
    check_extensions(document["discussion"])
    people = unique(document["people"], "people", "id")
    questions = check_questions(document["discussion"])
    terms = unique(document["terms"], "terms", "id")
    check_memberships(document["memberships"], people, terms)
    numbers = check_numbers(document)
    for part in ("contributions", "waiting"):
        for index, contribution in enumerate(document[part]):
            check_contribution(contribution, f"{part}[{index}]", people, questions, numbers)
    check_bulletins(document, people, check_person)
    check_log(document, people, numbers)


def unique(items, place, key):
    """The values under a key of all these items, as a set."""
    found = set()
    for index, item in enumerate(items):
        if item[key] in found:
            raise ArchiveError(f"{place}[{index}].{key}", f"{shown(item[key])} stands here twice")
        found.add(item[key])
    return found


def check_window(discussion):
    opens_at, closes_at = discussion["opens_at"], discussion["closes_at"]
    if closes_at <= opens_at:
        raise ArchiveError("discussion.closes_at", "the discussion closes before it opens")
    early = discussion["closed_early_at"]
    if early and not opens_at <= early <= closes_at:
        raise ArchiveError(
            "discussion.closed_early_at", "this is not between opens_at and closes_at"
        )


def check_extensions(discussion):
    """Each begins where the one before it ended, and the last one leads to closes_at."""
    before = None
    for index, extension in enumerate(discussion["extensions"]):
        place = f"discussion.extensions[{index}]"
        if extension["new_closes_at"] <= extension["old_closes_at"]:
            raise ArchiveError(f"{place}.new_closes_at", "this is not later than old_closes_at")
        if before and extension["old_closes_at"] != before["new_closes_at"]:
            words = "this is not the new_closes_at of the extension before it"
            raise ArchiveError(f"{place}.old_closes_at", words)
        if before and extension["at"] < before["at"]:
            raise ArchiveError(f"{place}.at", "this is earlier than the extension before it")
        before = extension
    if before and before["new_closes_at"] != discussion["closes_at"]:
        raise ArchiveError(
            f"{place}.new_closes_at", "the last one must be the discussion's closes_at"
        )


def check_questions(discussion):
    """The keys of all questions, as a set."""
    keys = set()
    for index, group in enumerate(discussion["question_groups"]):
        place = f"discussion.question_groups[{index}]"
        if group["opens_at"] and group["closes_at"] and group["closes_at"] <= group["opens_at"]:
            raise ArchiveError(f"{place}.closes_at", "the group closes before it opens")
        own = unique(group["questions"], f"{place}.questions", "key")
        for number, question in enumerate(group["questions"]):
            where = f"{place}.questions[{number}].translations"
            check_translations(question["translations"], where, discussion["language"])
            if question["key"] in keys:
                words = f"{shown(question['key'])} stands in another group too"
                raise ArchiveError(f"{place}.questions[{number}].key", words)
        keys |= own
    return keys


def check_translations(translations, place, own):
    """Each language once, and not the discussion's own."""
    seen = set()
    for code in translations:
        if known_as(code) == known_as(own):
            raise ArchiveError(f"{place}.{code}", "this is the discussion's own language")
        if known_as(code) in seen:
            raise ArchiveError(f"{place}.{code}", "this language stands here twice")
        seen.add(known_as(code))


def check_memberships(memberships, people, terms):
    held = set()
    for index, membership in enumerate(memberships):
        place = f"memberships[{index}]"
        check_person(membership["person"], f"{place}.person", people)
        role = (membership["person"], membership["role"])
        if role in held:
            raise ArchiveError(f"{place}.role", f"{shown(role[0])} has this role already")
        held.add(role)
        accepted = [membership[key] for key in ("terms", "terms_accepted_at", "licence")]
        if any(accepted) and not all(accepted):
            raise ArchiveError(place, "terms, terms_accepted_at and licence come together")
        if membership["terms"] and membership["terms"] not in terms:
            raise ArchiveError(f"{place}.terms", f"there are no terms {shown(membership['terms'])}")


def check_person(key, place, people):
    if key is not None and key not in people:
        raise ArchiveError(place, f"there is nobody {shown(key)} among the people")


def check_numbers(document):
    """The numbers of all contributions, as a set."""
    highest = 0
    for index, contribution in enumerate(document["contributions"]):
        number = contribution["number"]
        if number <= highest:
            words = f"{number} comes after {highest}; numbers must rise"
            raise ArchiveError(f"contributions[{index}].number", words)
        highest = number
    last = document["discussion"]["last_number"]
    if last is not None and last < highest:
        raise ArchiveError("discussion.last_number", f"there is a contribution {highest}")
    return {contribution["number"] for contribution in document["contributions"]}


def check_contribution(contribution, place, people, questions, numbers):
    check_person(contribution["author"], f"{place}.author", people)
    check_person(contribution["entered_by"], f"{place}.entered_by", people)
    check_parent(contribution, f"{place}.parent", numbers)
    check_words(contribution, place, questions)
    check_reason(contribution, f"{place}.reason")
    check_revisions(contribution, place, people, questions)


def check_parent(contribution, place, numbers):
    parent = contribution["parent"]
    if parent is None:
        return
    if parent not in numbers:
        raise ArchiveError(place, f"there is no contribution {parent}")
    if parent >= contribution.get("number", parent + 1):
        raise ArchiveError(
            place, f"{contribution['number']} must be higher than what it replies to"
        )


def check_words(contribution, place, questions):
    """Something is said, each question is answered once, and it is not too long."""
    seen = set()
    for index, answer in enumerate(contribution["answers"]):
        where = f"{place}.answers[{index}].question"
        if answer["question"] not in questions:
            raise ArchiveError(where, f"there is no question {shown(answer['question'])}")
        if answer["question"] in seen:
            raise ArchiveError(where, f"{shown(answer['question'])} is answered twice")
        seen.add(answer["question"])
    # What was taken from the readers may have been erased as well.
    gone = contribution.get("state") in {Contribution.State.HIDDEN, Contribution.State.WITHDRAWN}
    if not gone and not contribution["answers"] and not contribution["body"].strip():
        raise ArchiveError(place, "it is empty: it has neither a body nor answers")
    total = sum(len(answer["body"]) for answer in contribution["answers"])
    total += len(contribution["body"])
    if total > MAX_CHARACTERS:
        raise ArchiveError(place, f"it has {total} characters; at most {MAX_CHARACTERS} fit")


def check_reason(contribution, place):
    with_reason = {Contribution.State.HIDDEN, Contribution.State.RETURNED}
    if contribution["reason"] and contribution["state"] not in with_reason:
        raise ArchiveError(place, f"what is {contribution['state']} has no reason")
    if contribution.get("note") and contribution["state"] not in WITH_NOTE:
        raise ArchiveError(place, f"what is {contribution['state']} has no note")


def check_revisions(contribution, place, people, questions):
    earlier, proposed = 0, 0
    for index, revision in enumerate(contribution["revisions"]):
        where = f"{place}.revisions[{index}]"
        if revision["version"] <= earlier:
            raise ArchiveError(f"{where}.version", "versions must rise")
        if revision["version"] >= contribution["version"]:
            raise ArchiveError(f"{where}.version", "it must be lower than the contribution's own")
        earlier = revision["version"]
        check_person(revision["replaced_by"], f"{where}.replaced_by", people)
        check_words(revision, where, questions)
        check_refusal(revision, where)
        proposed += revision["state"] in PROPOSED
        if proposed > 1:
            raise ArchiveError(f"{where}.state", "one change waits or was refused already")


def check_refusal(revision, place):
    refused = revision["state"] == RevisionState.REFUSED
    if refused and not revision["reason"]:
        raise ArchiveError(place, "a refused change has a reason")
    if not refused and (revision["reason"] or revision["note"]):
        raise ArchiveError(place, f"what is {revision['state']} has neither reason nor note")


def check_log(document, people, numbers):
    for index, entry in enumerate(document["log"]):
        place = f"log[{index}]"
        check_person(entry["actor"], f"{place}.actor", people)
        check_person(entry["person"], f"{place}.person", people)
        number, waiting = entry["contribution"], entry["waiting"]
        if number is not None and number not in numbers:
            raise ArchiveError(f"{place}.contribution", f"there is no contribution {number}")
        if waiting is not None and waiting >= len(document["waiting"]):
            raise ArchiveError(f"{place}.waiting", f"there is no waiting[{waiting}]")
        if number is not None and waiting is not None:
            raise ArchiveError(f"{place}.waiting", "an entry is about one contribution")
