"""What of a discussion is exported, and how: what stands in a form, in an address, in a row."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import StakeholderGroup, language_name
from forum import permissions
from forum.models import Contribution
from forum.models.memberships import Role

# A row for each contribution, a row for each text in it, or those on a sheet for each question.
CONTRIBUTIONS, ANSWERS, QUESTIONS = "contributions", "answers", "questions"
ROWS = {
    CONTRIBUTIONS: gettext_lazy("A row for each contribution"),
    ANSWERS: gettext_lazy("A row for each general text and each answer"),
    QUESTIONS: gettext_lazy("The same, on a sheet for each question (XLSX only)"),
}
WAITING = {Contribution.State.HELD.value, Contribution.State.RETURNED.value}


@dataclass(frozen=True)
class Choice:
    """Whatever is empty restricts nothing; dates are ISO 8601, in the discussion's zone, and both
    are inside."""

    rows: str = CONTRIBUTIONS
    question: str = ""
    language: str = ""
    country: str = ""
    group: str = ""
    role: str = ""
    since: str = ""
    until: str = ""
    # Without any: whatever has a number.
    states: tuple = ()
    anonymised: bool = False
    # Of anonymised people, too?
    organisations: bool = False

    @classmethod
    def of(cls, options):
        return cls(**options | {"states": tuple(options.get("states", ()))})

    @property
    def options(self):
        """As JSON has it, without what is not chosen."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in chosen.items() if value or name == "rows"}
        return kept | ({"states": list(self.states)} if self.states else {})

    @property
    def wants_what_waits(self):
        return bool(WAITING.intersection(self.states))

    def among(self, discussion):
        """The contributions that are chosen."""
        found = discussion.contributions.all()
        found = found.filter(state__in=self.states) if self.states else found.numbered()
        found = found.in_language(self.language)
        if self.country or self.group or self.role or self.question:
            # Nothing is found by what is not shown of it.
            found = found.exclude(state=Contribution.State.WITHDRAWN)
        found = found.named_from(self.country, self.group)
        if self.role:
            found = found.filter(byline__role=self.role, anonymous=False)
        if self.question:
            found = found.answering(discussion.questions.get(key=self.question))
        if self.since:
            found = found.filter(sent(gte=midnight(self.since, discussion)))
        if self.until:
            found = found.filter(sent(lt=midnight(self.until, discussion, days=1)))
        return found

    @property
    def order(self):
        """By number; what waits has none."""
        return "pk" if self.wants_what_waits else "number"


def sent(**comparison):
    """The condition on when something was published; what waits, when it was sent."""
    [(how, moment)] = comparison.items()
    return Q(**{f"published_at__{how}": moment}) | Q(
        **{"published_at": None, f"created_at__{how}": moment}
    )


def midnight(day, discussion, days=0):
    day = date.fromisoformat(day) + timedelta(days=days)
    return datetime.combine(day, time.min, discussion.zone)


def may(user, discussion, options):
    """What waits is exported by those alone who steer, too: nobody else sees it."""
    answer = permissions.can_export_everything(user, discussion)
    if answer and Choice.of(options).wants_what_waits:
        return permissions.can_steer(user, discussion)
    return answer


def about(options):
    """What was chosen, for the list of what is being made."""
    choice = Choice.of(options)
    words = [ROWS[choice.rows]]
    words += [value for value in (choice.question, choice.country) if value]
    words += [language_name(choice.language)] if choice.language else []
    words += [StakeholderGroup.label_of(choice.group)] if choice.group else []
    words += [Role(choice.role).label] if choice.role else []
    if choice.since or choice.until:
        words.append(f"{choice.since or '…'} – {choice.until or '…'}")
    words += [Contribution.State(state).label for state in choice.states]
    words += [_("Pseudonyms instead of names")] if choice.anonymised else []
    return " · ".join(map(str, words))
