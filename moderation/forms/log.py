"""What somebody looks for in the log of a discussion."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import Person
from forum.models import Contribution, LogEntry
from forum.models.discussions import FIRST_DATE, LAST_DATE, WRONG_DATE

ANY = [("", "—")]


class DayField(forms.DateField):
    """A day, in the browser's own field."""

    def __init__(self, label):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])

    def validate(self, value):
        super().validate(value)
        if value and not FIRST_DATE.date() <= value < LAST_DATE.date():
            raise forms.ValidationError(WRONG_DATE)


class LogForm(forms.Form):
    """Stands in the address. Days are those of the discussion's zone."""

    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    person = forms.TypedChoiceField(
        label=gettext_lazy("Person"), required=False, coerce=int, empty_value=None
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    since = DayField(gettext_lazy("From"))
    until = DayField(gettext_lazy("Until"))

    def __init__(self, data, *, discussion):
        super().__init__(data)
        self.discussion = discussion
        self.fields["act"].choices = ANY + list(LogEntry.ACTS.items())
        self.fields["reason"].choices = ANY + Contribution.Reason.choices
        self.fields["person"].choices = ANY + self.people()

    def people(self):
        """The staff, and whoever is chosen already: everybody who has written has acted, too, and
        that may be thousands."""
        wanted = Q(pk__in=self.discussion.memberships.staff().values("person"))
        chosen = self.data.get("person", "")
        if chosen.isdecimal() and len(chosen) < 10:
            wanted |= Q(pk__in=self.discussion.log.filter(actor=chosen).values("actor"))
        found = Person.objects.filter(wanted).order_by("name", "pk")
        return list(found.values_list("pk", "name"))

    def found(self):
        """The entries, the latest first; none where something unknown is asked for."""
        if not self.is_valid():
            return self.discussion.log.none()
        asked, zone = self.cleaned_data, self.discussion.zone
        conditions = {
            "act": asked["act"],
            "actor": asked["person"],
            "reason": asked["reason"],
            "at__gte": asked["since"] and beginning(asked["since"], zone),
            "at__lt": asked["until"] and beginning(asked["until"] + timedelta(days=1), zone),
        }
        conditions = {name: value for name, value in conditions.items() if value}
        entries = self.discussion.log.filter(**conditions).order_by("-pk")
        return entries.select_related("actor", "person")


def beginning(day, zone):
    return datetime.combine(day, time(), tzinfo=zone)
