"""Fields and widgets of the forms in which staff work."""

from datetime import UTC

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class LinesField(forms.CharField):
    """A long text as it was typed. Browsers send other line ends; alone they are no change."""

    def __init__(self, **options):
        super().__init__(**options | {"strip": False})

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""


class DateAndTime(forms.SplitDateTimeWidget):
    """The browser's own fields for a date and a time. Seconds are shown, lest they be lost."""

    template_name = "admin/widgets/split_datetime.html"

    def __init__(self, attrs=None):
        super().__init__(
            attrs,
            date_format="%Y-%m-%d",
            time_format="%H:%M:%S",
            date_attrs={"type": "date", "aria-label": gettext_lazy("Date")},
            time_attrs={"type": "time", "step": "1", "aria-label": gettext_lazy("Time")},
        )

    def get_context(self, name, value, attrs):
        labels = {"date_label": _("Date:"), "time_label": _("Time:")}
        return super().get_context(name, value, attrs) | labels


class LocalDateTimeField(forms.SplitDateTimeField):
    """A date and a time of no zone yet: each discussion reads it in its own."""

    widget = DateAndTime

    def compress(self, data_list):
        with timezone.override(UTC):
            moment = super().compress(data_list)
        return moment and moment.replace(tzinfo=None)


def in_zone(local, zone):
    """That moment in a zone; a ValidationError where clocks skip or repeat it."""
    with timezone.override(zone):
        return from_current_timezone(local)
