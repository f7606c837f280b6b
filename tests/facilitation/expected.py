"""What the full table must say, read from the database."""

from datetime import UTC

from forum.models import Contribution


def moment(value):
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00") if value else ""


def row_of(contribution, answer, origin):
    """The line that a contribution and one of its answers, or its general text, must have."""
    byline, gone = contribution.byline, contribution.state == "withdrawn"
    return {
        "number": str(contribution.number),
        "parent": str(contribution.parent.number) if contribution.parent else "",
        "question": answer.question.key if answer else "",
        "name": byline.name,
        "organisation": byline.organisation,
        "country": byline.country,
        "stakeholder_group": byline.stakeholder_group,
        "role": byline.role,
        "title": byline.title,
        "capacity": contribution.capacity,
        "language": contribution.language,
        "text": "" if gone else (answer or contribution).body,
        "state": contribution.state,
        "reason": contribution.reason,
        "published_at": moment(contribution.published_at),
        "edited_at": moment(contribution.edited_at),
        "address": origin + contribution.get_absolute_url(),
        "anonymous": "yes" if contribution.anonymous else "",
        "received_via": contribution.received_via,
    }


def full_table(discussion, origin):
    """Every line that it must have, without the code that makes it.

    origin: what web addresses begin with
    """
    rows = []
    for contribution in Contribution.objects.filter(discussion=discussion).order_by("number"):
        answers = list(contribution.answers.order_by("question__number"))
        if contribution.state == "withdrawn":
            answers = []
        if contribution.body or not answers:
            answers.insert(0, None)
        rows += [row_of(contribution, answer, origin) for answer in answers]
    return rows
