"""The forms of acts: what a moderator says when something is closed, extended or hidden."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import SuspendedFor
from accounts.forms import single_line
from forum.forms import VersionForm
from forum.forms.fields import TextField
from forum.models import Contribution, Extension, Mute
from forum.models.reports import MAX_NOTE

from .. import actions
from .fields import LocalDateTimeField, in_zone

# Of what a moderator writes to an author, in characters.
MOST_OF_NOTE = 2_000


class ConfirmForm(forms.Form):
    """Nothing to say, only to confirm."""

    def __init__(self, *args, things=(), **kwargs):
        """things: the rows that the act is about"""
        super().__init__(*args, **kwargs)
        self.things = things

    def values_for(self, thing):
        """What the action needs to know beside the row and the user."""
        return {}


class ExtendForm(ConfirmForm):
    """Until when, and why."""

    closes_at = LocalDateTimeField(
        label=gettext_lazy("New closing"),
        help_text=gettext_lazy("In the time zone of the discussion."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, shown to everyone"),
        max_length=Extension._meta.get_field("reason").max_length,
        widget=forms.TextInput(attrs={"size": 80, "dir": "auto"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(self.things) == 1:
            discussion = self.things[0]
            closes_at = timezone.localtime(discussion.closes_at, discussion.zone)
            self.initial["closes_at"] = closes_at.replace(tzinfo=None)
            self.fields["closes_at"].help_text = _("In the time zone %(zone)s.") % {
                "zone": discussion.time_zone
            }

    def clean_reason(self):
        return single_line(self.cleaned_data["reason"])

    def values_for(self, discussion):
        values = self.cleaned_data
        return {
            "closes_at": in_zone(values["closes_at"], discussion.zone),
            "reason": values["reason"],
        }


class ReopenForm(ExtendForm):
    """The old date may stand, where it is still to come; only a later one is given a reason."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Needed when it closes later than was planned before.")


class ReasonField(forms.ChoiceField):
    """Why a contribution is hidden; readers see the sentence."""

    def __init__(self):
        super().__init__(
            label=gettext_lazy("Reason, shown to everyone"),
            choices=Contribution.Reason.choices,
            widget=forms.RadioSelect,
        )


class DecideForm(VersionForm):
    """Publish what waits, or return it; which of both, the button says."""

    PUBLISH, RETURN = "publish", "return"

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason for returning it"),
        choices=Contribution.Reason.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    note = TextField(
        rows=4,
        label=gettext_lazy("Note to its author"),
        help_text=gettext_lazy("What they should change. Nobody else reads it but who moderates."),
        max_length=MOST_OF_NOTE,
    )

    def clean(self):
        values = super().clean()
        act, note = self.data.get("act"), values.get("note")
        if act not in (self.PUBLISH, self.RETURN):
            raise forms.ValidationError(_("Publish it, or return it to its author."))
        if act == self.RETURN and not values.get("reason"):
            self.add_error("reason", _("Please give a reason."))
        if act == self.PUBLISH and note:
            words = _("A note goes to the author with what is returned. Take it out to publish.")
            self.add_error("note", words)
        return values

    def save(self):
        """What is published or returned: the text, or the change of what readers see already."""
        is_change = self.contribution.has_pending_change
        version = self.cleaned_data["version"]
        if self.data["act"] == self.PUBLISH:
            do, why = actions.approve_change if is_change else actions.publish, {}
        else:
            do = actions.refuse_change if is_change else actions.give_back
            why = {name: self.cleaned_data[name] for name in ("reason", "note")}
        do(self.contribution, user=self.user, version=version, **why)


class ShownForm(ConfirmForm):
    """About contributions as the page showed them."""

    def values_for(self, contribution):
        return {"version": contribution.version}


class HideForm(ShownForm):
    reason = ReasonField()

    def values_for(self, contribution):
        return super().values_for(contribution) | {"reason": self.cleaned_data["reason"]}


class HideOneForm(VersionForm):
    """The same on the site, for one contribution."""

    reason = ReasonField()
    note = TextField(
        label=gettext_lazy("Note for the staff"),
        max_length=MAX_NOTE,
        rows=3,
        help_text=gettext_lazy("Only the staff of this discussion read it."),
    )

    def save(self):
        actions.hide(self.contribution, user=self.user, **self.cleaned_data)


class RestoreOneForm(VersionForm):
    def save(self):
        actions.restore(self.contribution, user=self.user, **self.cleaned_data)


class DismissForm(VersionForm):
    # The last report or answer that the page has shown.
    up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def save(self):
        actions.dismiss(self.contribution, user=self.user, **self.cleaned_data)


# So long somebody can be muted at once.
LONGEST_MUTING = timedelta(days=366)


class MuteForm(forms.Form):
    """Until when the author of a contribution cannot contribute, and why."""

    until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason, shown to the author"),
        help_text=gettext_lazy("It is about this contribution."),
        choices=Contribution.Reason.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Only moderators and organisers of this discussion read it."),
        max_length=Mute._meta.get_field("note").max_length,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    # The muting that the page showed: that of another moderator is not put away unseen.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, contribution, user, current, **kwargs):
        """current: the Mute that there is, or None"""
        super().__init__(*args, initial={"seen": current and current.pk}, **kwargs)
        self.contribution, self.user = contribution, user
        zone = contribution.discussion.zone
        self.today = timezone.localdate(timezone=zone)
        self.fields["until"].help_text = _("In the time zone %(zone)s.") % {
            "zone": contribution.discussion.time_zone
        }

    def clean_until(self):
        """The moment at which that day ends."""
        day = self.cleaned_data["until"]
        if not self.today <= day <= self.today + LONGEST_MUTING:
            raise forms.ValidationError(_("Choose a day within the next year."))
        midnight = datetime.combine(day + timedelta(days=1), time.min)
        return in_zone(midnight, self.contribution.discussion.zone)

    def clean_note(self):
        return single_line(self.cleaned_data["note"])

    def save(self):
        return actions.mute(self.contribution, user=self.user, **self.cleaned_data)


class SuspendForm(ConfirmForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason, for the log"),
        choices=SuspendedFor.choices,
        widget=forms.RadioSelect,
    )

    def values_for(self, account):
        return {"reason": self.cleaned_data["reason"]}
