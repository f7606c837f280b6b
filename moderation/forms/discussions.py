"""The form in which organisers edit a discussion."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import language_choices
from accounts.forms import time_zone_choices
from forum.models import Discussion

from .seen import SeenForm

TEXTS = ("title", "slug", "welcome", "background")
DATES = ("opens_at", "closes_at")


def frozen_fields(discussion):
    """What cannot be edited any more, since readers have seen it: the actions refuse it too."""
    if not discussion.published:
        return []
    begun = [] if discussion.is_upcoming else ["opens_at"]
    return ["slug", "time_zone", "closes_at", *begun]


class DiscussionForm(SeenForm, forms.ModelForm):
    """Dates are read and shown in the time zone that is active: the admin activates the
    discussion's own, or the one that is chosen in this very form."""

    told = TEXTS

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
            "statistics_public",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        discussion = self.instance
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = time_zone_choices(discussion.time_zone)
        if discussion.pk:
            self.show_seen()
        for name, codes in (
            ("language", [discussion.language]),
            ("languages", [*discussion.languages, discussion.language]),
        ):
            if name in self.fields:
                self.fields[name].choices = language_choices(codes)

    def clean(self):
        values = super().clean()
        now = self.instance.pk and self.refuse_stale()
        if now:
            self.instance.version = now.version
        self.check_window()
        return values

    @property
    def about(self):
        return self.instance

    def check_window(self):
        """The rule of the model, said at a field that this form has: dates freeze one by one."""
        opens_at, closes_at = (
            self.cleaned_data.get(name, getattr(self.instance, name)) for name in DATES
        )
        own = [name for name in DATES if name in self.cleaned_data]
        if own and opens_at and closes_at and closes_at <= opens_at:
            self.add_error(own[-1], _("A discussion must close after it has opened."))
