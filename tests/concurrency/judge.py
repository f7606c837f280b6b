"""Compares a discussion with what its writers were told, and with itself."""

from collections import Counter

from forum.models import Answer, Contribution, LogEntry
from forum.models.contributions import MAX_DEPTH, PATH_WIDTH


def faults(discussion, ledger):
    """Everything that is wrong with a discussion, as sentences.

    ledger: what was acknowledged to the writers, in the order of each (dictionaries of writer.py)
    """
    contributions = contributions_of(discussion)
    return [
        *faults_of_record(discussion, contributions),
        *faults_of_ledger(contributions, ledger),
    ]


def contributions_of(discussion):
    return list(
        discussion.contributions.select_related("parent", "author__user").prefetch_related(
            "answers__question", "revisions"
        )
    )


def faults_of_record(discussion, contributions):
    """Where a discussion contradicts itself, whatever anybody was told."""
    discussion.refresh_from_db()
    return [
        *faults_of_numbers(discussion, contributions),
        *faults_of_places(contributions),
        *faults_of_counters(discussion),
        *faults_of_log(discussion, contributions),
    ]


def faults_of_numbers(discussion, contributions):
    numbers = sorted(contribution.number for contribution in contributions)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the numbers are not 1…{len(numbers)}: {numbers}"
    if discussion.last_number != len(numbers):
        yield f"last_number is {discussion.last_number}, not {len(numbers)}"


def faults_of_places(contributions):
    for contribution in contributions:
        parent = contribution.parent
        above = parent.path if parent else ""
        if len(above) == PATH_WIDTH * MAX_DEPTH:
            above = above[:-PATH_WIDTH]
        path = f"{above}{contribution.number:0{PATH_WIDTH}d}"
        root = (parent.root_id or parent.pk) if parent else None
        if contribution.path != path:
            yield f"{contribution}: path {contribution.path}, not {path}"
        if contribution.depth != len(path) // PATH_WIDTH:
            yield f"{contribution}: depth {contribution.depth}"
        if contribution.root_id != root:
            yield f"{contribution}: root {contribution.root_id}, not {root}"
        if parent and contribution.published_at < parent.published_at:
            yield f"{contribution} is older than what it replies to"


def faults_of_counters(discussion):
    published = discussion.contributions.filter(state=Contribution.State.PUBLISHED)
    authors = published.filter(anonymous=False).values("author").distinct().count()
    if discussion.contribution_count != published.count():
        yield f"contribution_count {discussion.contribution_count}, not {published.count()}"
    if discussion.author_count != authors:
        yield f"author_count is {discussion.author_count}, not {authors}"
    for question in discussion.questions.all():
        count = Answer.objects.filter(question=question, contribution__in=published).count()
        if question.answer_count != count:
            yield f"{question.key}: answer_count {question.answer_count}, not {count}"


def faults_of_log(discussion, contributions):
    entries = LogEntry.objects.filter(discussion=discussion, contribution__isnull=False)
    logged = Counter(entries.values_list("contribution", "act"))
    for contribution in contributions:
        expected = {
            "contribution.publish": 1,
            "contribution.edit": contribution.revisions.count(),
            "contribution.withdraw": int(contribution.is_withdrawn),
        }
        for act, times in expected.items():
            if logged[contribution.pk, act] != times:
                yield f"{contribution}: {act} is logged {logged[contribution.pk, act]} times"


def faults_of_ledger(contributions, ledger):
    """Whatever was acknowledged is there once, as it was last acknowledged."""
    told = {}
    for entry in ledger:
        told.setdefault(entry.get("number"), []).append(entry)
    refused = {entry["body"] for entry in told.pop(None, [])}
    for number, entries in told.items():
        if [entry["act"] for entry in entries].count("published") != 1:
            yield f"#{number} was given to several"
    by_number = {contribution.number: contribution for contribution in contributions}
    for number in told.keys() - by_number.keys():
        yield f"#{number} was acknowledged and is not there"
    for number in by_number.keys() - told.keys():
        yield f"#{number} is there and was never acknowledged"
    for number in told.keys() & by_number.keys():
        contribution, first = by_number[number], told[number][0]
        last = [entry for entry in told[number] if entry["act"] != "withdrawn"][-1]
        said = {
            f"answer-{answer.question.key}": answer.body for answer in contribution.answers.all()
        }
        meant = {name: text for name, text in last.items() if name.startswith("answer-")}
        parent = contribution.parent.number if contribution.parent else None
        if str(contribution.submission_key) != first["submission_key"]:
            yield f"#{number} came with another form"
        if (contribution.body, said, parent) != (last["body"], meant, first["parent"]):
            yield f"#{number} does not say what was acknowledged"
        if contribution.is_withdrawn != any(e["act"] == "withdrawn" for e in told[number]):
            yield f"#{number} is {contribution.state}"
    for contribution in contributions:
        if contribution.body in refused:
            yield f"{contribution} was refused and is there"
