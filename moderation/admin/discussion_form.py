"""The form in which organisers edit a discussion."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import language_choices
from accounts.forms import time_zone_choices
from forum.models import Discussion

from .changes import last_act, locked_unchanged

TEXTS = ("title", "slug", "welcome", "background")
DATES = ("opens_at", "closes_at")


class LinesField(forms.CharField):
    """A long text as it was typed. Browsers send other line ends; alone they are no change."""

    def __init__(self, **options):
        super().__init__(**options | {"strip": False})

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""


class DiscussionForm(forms.ModelForm):
    """Dates are read and shown in the time zone that is active: the admin activates the
    discussion's own, or the one that is chosen in this very form."""

    language = forms.ChoiceField(label=gettext_lazy("language"))
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("welcomed languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Contributions may be written in these."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("time zone"),
        choices=time_zone_choices,
        help_text=gettext_lazy("Opening and closing are times of this zone."),
    )
    # The last act that the page knew of.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Discussion
        fields = [
            "title",
            "slug",
            "welcome",
            "background",
            "language",
            "languages",
            "time_zone",
            "opens_at",
            "closes_at",
            "visibility",
            "moderation",
            "edit_minutes",
            "anonymous_allowed",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        discussion = self.instance
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = time_zone_choices(discussion.time_zone)
        if discussion.pk:
            self.initial["seen"] = discussion.last_act
        for name, codes in (
            ("language", [discussion.language]),
            ("languages", [*discussion.languages, discussion.language]),
        ):
            if name in self.fields:
                self.fields[name].choices = language_choices(codes)

    def clean(self):
        values = super().clean()
        if self.instance.pk:
            self.refuse_stale()
        self.check_window()
        return values

    def refuse_stale(self):
        """Lock the discussion. Where somebody else was quicker, nothing is stored: the page shows
        again what was typed, tells what was done, and what the texts say now."""
        try:
            self.instance.version = locked_unchanged(
                self.instance, self.cleaned_data.get("seen") or 0
            ).version
        except ValidationError as stale:
            self.add_error(None, stale)
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = last_act(self.instance.pk)
            for name in TEXTS:
                if name in self.changed_data and name in self.cleaned_data:
                    words = _("Now it says: %(text)s") % {"text": getattr(self.instance, name)}
                    self.add_error(name, words)

    def check_window(self):
        """The rule of the model, said at a field that this form has: dates freeze one by one."""
        opens_at, closes_at = (
            self.cleaned_data.get(name, getattr(self.instance, name)) for name in DATES
        )
        own = [name for name in DATES if name in self.cleaned_data]
        if own and opens_at and closes_at and closes_at <= opens_at:
            self.add_error(own[-1], _("A discussion must close after it has opened."))
