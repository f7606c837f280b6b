"""Order, pages and nesting of contributions.

The path of a contribution is its place: sorted by path, a discussion is its threads one after the
other, every reply behind what it answers. A page is therefore a slice of one index, whatever the
size of the discussion, and nesting is a matter of comparing neighbours.
"""

from dataclasses import dataclass

from .models.contributions import PATH_WIDTH

# A page ends at so many threads or so many contributions, whichever comes first.
ROOTS_ON_PAGE = 20
ROWS_ON_PAGE = 100
# … or with so many characters of HTML: some people write the longest there can be, many times.
HTML_ON_PAGE = 400_000
# So many places lead into a long discussion, at most.
MOST_PLACES = 10


@dataclass(frozen=True)
class Row:
    """A contribution on a page, and how the list around it opens and closes."""

    contribution: object
    # Its level among those on this page; 0 is a row that stands under none of them.
    level: int
    # A list of replies opens before it.
    opens: bool
    # So many lists of replies close before it.
    closes: range


@dataclass(frozen=True)
class Page:
    rows: list
    # Lists that are still open after the last row.
    still_open: range
    # For ?before= and ?after=: the number of the first and the last row where there are more.
    before: int | None
    after: int | None
    # Is it where one begins to read?
    at_start: bool = False
    # What stands between threads does so up to this number: that of the thread behind the page, or
    # of the one that goes on there; None: to the end.
    until: int | None = None

    def __bool__(self):
        return bool(self.rows)


@dataclass(frozen=True)
class Place:
    """From where a long discussion can be read on."""

    number: int
    # Does the page show threads that begin between here and the next place?
    is_here: bool


def page(discussion, contributions, *, after=None, before=None, start=None, last=False):
    """The page of these contributions (a QuerySet) that one of the paths marks.

    after:  the page that follows this path
    before: the page that ends in front of this path
    start:  the page that begins with this path, or with the first one behind it
    last:   the page at the end
    """
    numbered = contributions.numbered()
    if before is not None or last:
        if before is not None:
            numbered = numbered.filter(path__lt=before)
        found = list(numbered.order_by("-path")[: ROWS_ON_PAGE + 1])
        found.reverse()
        backwards = light_enough(last_threads(found)[::-1], weigh=html_of)
        shown = backwards[::-1]
        earlier, later = len(shown) < len(found), not last
        behind = None if last else before
    else:
        if after is not None:
            numbered = numbered.filter(path__gt=after)
        if start is not None:
            numbered = numbered.filter(path__gte=start)
        found = list(numbered.order_by("path")[: ROWS_ON_PAGE + 1])
        shown = light_enough(first_threads(found), weigh=html_of)
        marked = after is not None or start is not None
        earlier = marked and bool(shown) and has_before(contributions, shown[0])
        later = len(shown) < len(found)
        behind = found[len(shown)].path if later else None
    for contribution in shown:
        contribution.belong_to(discussion)
    rows = list(nested(shown))
    return Page(
        rows=rows,
        still_open=range(rows[-1].level if rows else 0),
        before=shown[0].number if shown and earlier else None,
        after=shown[-1].number if shown and later else None,
        at_start=before is None and after is None and start is None and not last,
        until=number_at(root_path(behind)),
    )


def reaches(page, path):
    """Does the page go on to this path? It begins in front of it."""
    return bool(page) and page.rows[-1].contribution.path >= path


def flat(discussion, contributions, *, earlier, later):
    """A page of these, one after the other.

    earlier, later: is there more in front of it, behind it?
    """
    for contribution in contributions:
        contribution.belong_to(discussion)
    rows = [
        Row(contribution, level=0, opens=False, closes=range(0)) for contribution in contributions
    ]
    return Page(
        rows=rows,
        still_open=range(0),
        before=contributions[0].number if rows and earlier else None,
        after=contributions[-1].number if rows and later else None,
    )


def places(page, latest):
    """Places at even distances, by number: whoever follows one comes to the first thread that
    begins there. Nothing is counted for it, since numbers have no gaps.

    latest: the latest number of the discussion
    """
    step = next(step for step in round_numbers() if step * MOST_PLACES >= latest)
    return [
        Place(number, page.first_thread < number + step and number <= page.last_thread)
        for number in range(1, latest + 1, step)
    ]


def round_numbers():
    """10, 20, 50, 100, 200, 500…"""
    return (digit * 10**power for power in range(1, 9) for digit in (1, 2, 5))


def path_from(number):
    """What no thread before this number reaches; None stays None."""
    return number and f"{number:0{PATH_WIDTH}d}"


def has_before(contributions, first):
    return contributions.numbered().filter(path__lt=first.path).exists()


def first_threads(found):
    """As many whole threads from the start as a page holds; a part of the first if it is long."""
    starts = [place for place, row in enumerate(found) if row.parent_id is None]
    if len(starts) > ROOTS_ON_PAGE:
        found, starts = found[: starts[ROOTS_ON_PAGE]], starts[:ROOTS_ON_PAGE]
    if len(found) <= ROWS_ON_PAGE:
        return found
    whole = [place for place in starts if 0 < place <= ROWS_ON_PAGE]
    return found[: whole[-1]] if whole else found[:ROWS_ON_PAGE]


def last_threads(found):
    """As many whole threads up to the end as a page holds; a part of the last if it is long."""
    starts = [place for place, row in enumerate(found) if row.parent_id is None]
    if len(starts) > ROOTS_ON_PAGE:
        return found[starts[-ROOTS_ON_PAGE] :]
    if len(found) <= ROWS_ON_PAGE:
        return found
    whole = [place for place in starts if place > 0]
    return found[whole[0] :] if whole else found[-ROWS_ON_PAGE:]


def light_enough(contributions, *, weigh):
    """As many from the start as weigh no more than a page may, and one at least."""
    weight = 0
    for place, contribution in enumerate(contributions):
        weight += weigh(contribution)
        if weight > HTML_ON_PAGE and place:
            return contributions[:place]
    return contributions


def html_of(contribution):
    """Characters of HTML that a contribution brings to a page."""
    return len(contribution.body_html) + answers_of(contribution)


def answers_of(contribution):
    """The same of its answers alone."""
    return sum(len(answer.body_html) for answer in contribution.loaded_answers)


def nested(contributions):
    """Rows for one loop, one by one: no recursion, and the same for any slice of a discussion."""
    above = []
    for contribution in contributions:
        level_before = len(above)
        while above and not is_under(contribution, above[-1]):
            above.pop()
        level = len(above)
        yield Row(
            contribution=contribution,
            level=level,
            opens=level == level_before and level > 0,
            closes=range(max(0, level_before - level - 1)),
        )
        above.append(contribution)


def is_under(contribution, other):
    return contribution.path != other.path and contribution.path.startswith(other.path)


def between(rows, others):
    """Each row with those of the others, in their order, that stand in front of it: of a row that
    begins a thread, those that stand behind an earlier number (`behind`). At the end comes None
    with the rest.

    others: a list; it is used up
    """
    for row in rows:
        before = []
        while (
            others
            and row.contribution.parent_id is None
            and others[0].behind < row.contribution.number
        ):
            before.append(others.pop(0))
        yield row, before
    yield None, others[:]


def those_on(page, others):
    """Those of the others that stand between the threads of a page, or around them."""
    begin = 0
    if page.before is not None:
        begin = number_at(root_path(page.rows[0].contribution.path))
    return [
        one
        for one in others
        if begin <= one.behind and (page.until is None or one.behind < page.until)
    ]


def number_at(path):
    """The number of the contribution at this path; None stays None."""
    return path and int(path[-PATH_WIDTH:])


def root_path(path):
    """Where the thread begins in which this path lies; None stays None."""
    return path and path[:PATH_WIDTH]
