"""What a reader chooses of a discussion: parsed from the address, and offered with its counts."""

from datetime import UTC, datetime, time

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.choices import StakeholderGroup, country_name, language_name

from ..models import Byline
from ..models.discussions import WRONG_DATE, validate_date
from ..ways import NEWEST, STAFF, Way

UNKNOWN = gettext_lazy("This cannot be chosen here.")
LONGEST_SEARCH = 100
# Every word costs a look through all texts.
MOST_WORDS = 8
EVERYTHING = {
    "question": gettext_lazy("All questions"),
    "language": gettext_lazy("All languages"),
    "country": gettext_lazy("All countries"),
    "group": gettext_lazy("All groups"),
    "by": gettext_lazy("Everybody"),
}
# What a question is called in a list of choices, in characters.
LONGEST_QUESTION = 70


class WayForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Search words"), max_length=LONGEST_SEARCH, required=False
    )
    question = forms.ChoiceField(label=gettext_lazy("Answers to"), required=False)
    language = forms.ChoiceField(
        label=pgettext_lazy("of contributions", "Language"), required=False
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Stakeholder group"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Written by"), required=False)
    since = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[("", gettext_lazy("Oldest first")), (NEWEST, gettext_lazy("Newest first"))],
    )
    person = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1
    )

    def __init__(self, data, *, discussion, questions, there):
        """there: what there is to choose from (ways.there)"""
        super().__init__(data, auto_id="way-%s")
        self.discussion = discussion
        self.questions = {question.key: question for question in questions}
        self.offer(there)
        for field in self.fields.values():
            field.error_messages |= {"invalid_choice": UNKNOWN, "invalid": UNKNOWN}
        self.fields["since"].error_messages["invalid"] = WRONG_DATE

    # --- what is chosen ---

    def clean_q(self):
        words = self.cleaned_data["q"].split()
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(
                _("At most %(most)s words can be looked for.") % {"most": MOST_WORDS}
            )
        return " ".join(words)

    def clean_since(self):
        since = self.cleaned_data["since"]
        if since:
            validate_date(datetime.combine(since, time.min, UTC))
        return since

    def clean_person(self):
        """Somebody who has written here under their name: nobody else can be chosen."""
        person = self.cleaned_data["person"]
        self.byline = person and self.byline_of(person)
        if person and not self.byline:
            raise forms.ValidationError(UNKNOWN)
        return person

    def byline_of(self, person):
        named = self.discussion.contributions.published().named_from(person=person)
        return Byline.objects.filter(contributions__in=named).order_by("-pk").first()

    @property
    def way(self):
        """What is chosen, without what cannot be."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if "question" in chosen:
            chosen["question"] = self.questions[chosen["question"]]
        return Way(**chosen)

    # --- what there is to choose ---

    def offer(self, there):
        self.labels = {
            "question": self.question_names(),
            "language": named(there["language"], language_name),
            "country": named(there["country"], country_name),
            "group": named(there["group"], StakeholderGroup.label_of),
            "by": {STAFF: _("By the staff")} if there["by"] else {},
        }
        for name, labels in self.labels.items():
            self.fields[name].choices = [("", EVERYTHING[name]), *labels.items()]

    def question_names(self):
        names = {}
        for key, question in self.questions.items():
            text = question.in_language(get_language()).text
            short = text if len(text) <= LONGEST_QUESTION else text[: LONGEST_QUESTION - 1] + "…"
            names[key] = f"{key}. {short}"
        return names

    def count(self, counts):
        """Say beside each choice how many contributions it would show (ways.tally)."""
        for name, labels in self.labels.items():
            self.fields[name].choices = [("", EVERYTHING[name])] + [
                (value, f"{label} ({counts[name][self.counted_as(name, value)]})")
                for value, label in labels.items()
            ]

    def counted_as(self, name, value):
        return self.questions[value].pk if name == "question" else value

    @property
    def offered(self):
        """The fields in which there is something to choose."""
        usual = ("q", "question", "language", "country", "group", "by", "since", "order")
        return [self[name] for name in usual if self.labels.get(name, True)]

    def chosen(self, way):
        """(what was chosen, in words; in which direction it is written, where its first letter does
        not tell; the query of the address without it) for each choice."""
        words = {
            name: self.labels[name].get(way.question.key if name == "question" else value, "")
            for name, value in way.chosen.items()
            if value and name in self.labels
        }
        words |= {"person": self.byline.name} if way.person else {}
        words |= {"q": way.q} if way.q else {}
        if way.since:
            words["since"] = f"{self['since'].label}: {date_format(way.since)}"
        # "Q1." stands in front of it in every language.
        directions = (
            {"question": way.question.in_language(get_language()).direction} if way.question else {}
        )
        return [
            (label, directions.get(name, ""), way.query(**{name: None}))
            for name, label in words.items()
        ]


def named(values, name_of):
    """Code -> name, by name."""
    return dict(sorted(((value, name_of(value)) for value in values), key=lambda pair: pair[1]))
