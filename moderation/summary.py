"""How a discussion was moderated, for everybody: how many acts, for which reasons. No names, no
texts, no numbers of contributions.

Also how many contributions were returned and how many reports were sent: that tells of nobody."""

from dataclasses import dataclass, field

from django.db.models import Count

from forum.models import LogEntry
from forum.models.log import sentence_of
from forum.models.states import Undecided

# What moderators do to contributions and to the window, and what readers and authors ask of them,
# in the order of the page. What the log does not know is not counted.
SUMMED = (
    "contribution.hide",
    "contribution.cover",
    "contribution.restore",
    "contribution.return",
    "contribution.refuse",
    "contribution.redact",
    "contribution.correct",
    "contribution.report",
    "report.dismiss",
    "contribution.appeal",
    "appeal.dismiss",
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
        discussion.log.filter(act__in=LogEntry.ACTS.keys() & set(SUMMED))
        .order_by("act", "reason")
        .values("act", "reason")
        .annotate(count=Count("pk"))
    )
    sums = {act: Sum(LogEntry.ACTS[act]) for act in SUMMED if act in LogEntry.ACTS}
    for row in found:
        sums[row["act"]].count += row["count"]
        # That nobody has decided yet was so when it was covered, and is no reason of a decision.
        if row["reason"] and row["reason"] not in Undecided.values:
            sums[row["act"]].reasons.append((sentence_of(row["reason"]), row["count"]))
    return [one for one in sums.values() if one.count]
