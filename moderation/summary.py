"""How a discussion was moderated, for everybody: how many acts, for which reasons. No names, no
texts, no numbers of contributions."""

from dataclasses import dataclass, field

from django.db.models import Count

from forum.models import LogEntry
from forum.models.log import sentence_of

# What moderators do to contributions and to the window, in the order of the page.
SUMMED = (
    "contribution.hide",
    "contribution.restore",
    "contribution.redact",
    "contribution.correct",
    "discussion.open",
    "discussion.close",
    "discussion.extend",
    "discussion.reopen",
)


@dataclass
class Sum:
    """So many acts of one kind, and of each reason."""

    name: str
    count: int = 0
    reasons: list = field(default_factory=list)


def sums_of(discussion):
    """In one query, which counts in the database."""
    found = (
        discussion.log.filter(act__in=SUMMED)
        .order_by("act", "reason")
        .values("act", "reason")
        .annotate(count=Count("pk"))
    )
    sums = {act: Sum(LogEntry.ACTS[act]) for act in SUMMED}
    for row in found:
        sums[row["act"]].count += row["count"]
        if row["reason"]:
            sums[row["act"]].reasons.append((sentence_of(row["reason"]), row["count"]))
    return [one for one in sums.values() if one.count]
