"""What of a discussion is to be exported, and how."""

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.choices import StakeholderGroup, country_name, language_name
from forum import permissions, ways
from forum.forms.ways import EVERYTHING, LONGEST_QUESTION, UNKNOWN, named
from forum.models import Contribution
from forum.models.memberships import Role

from ..exports import CONTRIBUTIONS, LINES, QUESTIONS, ROWS, WAITING, Choice
from ..kinds import KINDS

FORMATS = ("csv", "xlsx", "json")
FIRST_YEAR, LAST_YEAR = 1000, 9000


def day(label):
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ExportForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(name, KINDS[name].label) for name in FORMATS],
        widget=forms.RadioSelect,
        initial="csv",
    )
    rows = forms.ChoiceField(
        label=gettext_lazy("Rows"),
        choices=list(ROWS.items()),
        widget=forms.RadioSelect,
        initial=CONTRIBUTIONS,
        required=False,
    )
    question = forms.ChoiceField(label=gettext_lazy("Answers to"), required=False)
    language = forms.ChoiceField(
        label=pgettext_lazy("of contributions", "Language"), required=False
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Stakeholder group"), required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        choices=[("", EVERYTHING["by"]), *Role.choices],
    )
    since = day(gettext_lazy("Published from"))
    until = day(gettext_lazy("Published until"))
    states = forms.MultipleChoiceField(
        label=gettext_lazy("State"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Without a choice: whatever has a number. A text that was withdrawn is never exported, "
            "only its number."
        ),
    )
    anonymised = forms.BooleanField(
        label=gettext_lazy("Pseudonyms instead of names"),
        required=False,
        help_text=gettext_lazy(
            "The same for a person in every export of this discussion; titles, organisations and "
            "addresses are left out. The texts stay as they are: they may name people, and whoever "
            "can read the discussion finds there who has written them."
        ),
    )
    organisations = forms.BooleanField(
        label=gettext_lazy("With organisations, also beside pseudonyms"), required=False
    )

    def __init__(self, *args, discussion, user, **kwargs):
        super().__init__(*args, **kwargs)
        there = ways.there(ways.everything(discussion))
        names = {
            "question": self.questions_of(discussion),
            "language": named(there["language"], language_name),
            "country": named(there["country"], country_name),
            "group": named(there["group"], StakeholderGroup.label_of),
        }
        for name, labels in names.items():
            self.fields[name].choices = [("", EVERYTHING[name]), *labels.items()]
        may_see_what_waits = permissions.can_steer(user, discussion)
        self.fields["states"].choices = [
            (state, label)
            for state, label in Contribution.State.choices
            if may_see_what_waits or state not in WAITING
        ]
        for field in self.fields.values():
            field.error_messages |= {"invalid_choice": UNKNOWN, "invalid": UNKNOWN}

    def questions_of(self, discussion):
        names = {}
        for question in sorted(discussion.questions_by_id.values(), key=lambda one: one.number):
            question.discussion = discussion
            text = question.in_language(get_language()).text
            short = text if len(text) <= LONGEST_QUESTION else text[: LONGEST_QUESTION - 1] + "…"
            names[question.key] = f"{question.key}. {short}"
        return names

    def clean(self):
        values = super().clean()
        if values.get("rows") == QUESTIONS and values.get("kind") in LINES:
            self.add_error("rows", _("Only a spreadsheet (XLSX) has several sheets."))
        since, until = values.get("since"), values.get("until")
        for name in ("since", "until"):
            # At the ends of the calendar no zone has a day before or after.
            if values.get(name) and not FIRST_YEAR <= values[name].year <= LAST_YEAR:
                self.add_error(name, UNKNOWN)
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return values

    def understands(self, sent):
        """Is everything in this QueryDict a field of it, and once, unless it is a list?"""
        return all(
            name in self.fields and (name == "states" or len(values) == 1)
            for name, values in sent.lists()
        )

    @property
    def choice(self):
        values = {name: value for name, value in self.cleaned_data.items() if value}
        values.pop("kind")
        for name in ("since", "until"):
            if name in values:
                values[name] = values[name].isoformat()
        return Choice.of(values)
