"""What has happened in a discussion since its last bulletin, as Markdown: the facilitator writes on
top. Only what is published, and of those who write without their name nothing but that they do."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.choices import country_name, language_name
from forum.models import Bulletin

# A question has few answers if it has less than this part of what the most answered one has.
FEW = 3
# So many are named of countries, languages and questions, at most.
MOST_NAMED = 20

Kind = Bulletin.Kind


@dataclass(frozen=True)
class News:
    """Facts about the contributions #first–#last; nothing was said where last < first."""

    discussion: object
    first: int
    last: int
    count: int
    new_people: int
    # Country -> how many contributions; those from which nobody had written before.
    countries: dict
    new_countries: list
    languages: dict
    # The guiding questions with few answers, over the whole discussion.
    few: list

    @property
    def covers(self):
        """(first, last), or nothing."""
        return (self.first, self.last) if self.count else (None, None)


def since(discussion):
    """The News since what the last bulletin was about."""
    before = discussion.bulletins.published().exclude(last=None).order_by("-number").first()
    first, last = (before.last if before else 0) + 1, discussion.last_number
    now = Q(number__gte=first, number__lte=last)
    published = discussion.contributions.published().filter(number__lte=last).order_by()
    spoken = dict(published.filter(now).values_list("language").annotate(n=Count("pk")))
    named = published.filter(anonymous=False)
    from_where = named.exclude(byline__country="").values_list("byline__country")
    countries = list(from_where.annotate(n=Count("pk", filter=now), since=Min("number")))
    people = named.values("author").annotate(since=Min("number")).filter(since__gte=first)
    return News(
        discussion=discussion,
        first=first,
        last=last,
        count=sum(spoken.values()),
        new_people=people.count(),
        countries=most({code: n for code, n, _since in countries if n}),
        new_countries=sorted(code for code, n, begun in countries if n and begun >= first),
        languages=most(spoken),
        few=with_few_answers(discussion),
    )


def most(counts):
    """The largest first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def with_few_answers(discussion):
    questions = list(discussion.questions_by_id.values())
    highest = max((question.answer_count for question in questions), default=0)
    return [one for one in questions if highest and one.answer_count * FEW < highest]


def proposal(discussion, kind, language, news):
    """What a form of this kind begins with, in that language: Markdown."""
    with translation.override(language):
        parts = [extension(discussion)] if kind == Kind.EXTENSION else []
        if kind != Kind.OPENING and news.count:
            parts.append("\n".join(f"- {line}" for line in lines(news, language)))
        return "\n\n".join(part for part in parts if part)


def extension(discussion):
    """Until when it was, until when it is now, and why."""
    given = discussion.extensions.last()
    if given is None:
        return ""
    dates = {"old": given.old_closes_at, "new": given.new_closes_at}
    words = {
        name: date_format(timezone.localtime(at, discussion.zone), "DATETIME_FORMAT")
        for name, at in dates.items()
    }
    return _(
        "This discussion was to close on %(old)s. You can now contribute until %(new)s "
        "(%(zone)s). %(reason)s"
    ) % (words | {"zone": discussion.time_zone, "reason": given.reason})


def lines(news, language):
    label = f"#{news.first}–#{news.last}" if news.first < news.last else f"#{news.last}"
    if news.first == 1:
        yield ngettext(
            "%(count)s contribution so far: %(label)s",
            "%(count)s contributions so far: %(label)s",
            news.count,
        ) % {"count": news.count, "label": label}
    else:
        yield ngettext(
            "%(count)s contribution since the last bulletin: %(label)s",
            "%(count)s contributions since the last bulletin: %(label)s",
            news.count,
        ) % {"count": news.count, "label": label}
    if news.new_people:
        yield ngettext(
            "%(count)s person has written for the first time",
            "%(count)s persons have written for the first time",
            news.new_people,
        ) % {"count": news.new_people}
    if news.new_countries:
        yield _("For the first time from: %(countries)s") % {
            "countries": listed(country_name(code) for code in news.new_countries)
        }
    if news.countries:
        yield _("Contributions by country: %(counts)s") % {
            "counts": counted(news.countries, country_name)
        }
    yield _("Contributions by language: %(counts)s") % {"counts": counted(news.languages, isolated)}
    for question in news.few[:MOST_NAMED]:
        yield ngettext(
            "%(key)s has %(count)s answer so far: %(text)s",
            "%(key)s has %(count)s answers so far: %(text)s",
            question.answer_count,
        ) % {
            "key": question.key,
            "count": question.answer_count,
            "text": question.in_language(language).text,
        }


def isolated(code):
    """The name of a language in itself, which keeps its direction between those of others."""
    return f"\N{FIRST STRONG ISOLATE}{language_name(code)}\N{POP DIRECTIONAL ISOLATE}"


def listed(names):
    return pgettext("between the parts of an affiliation", ", ").join(map(str, names))


def counted(counts, name):
    return listed(f"{name(code)} {n}" for code, n in list(counts.items())[:MOST_NAMED])
