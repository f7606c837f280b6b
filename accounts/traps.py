"""A field that people never meet and that programs fill in: whoever fills it in has to send again.

Nobody else's CAPTCHA, no script. The field is in an element that is `hidden`: no browser shows it,
no key leads to it and nothing reads it out; where that is ignored its label says what to do.
Browsers and password managers fill in names that they know and fields that are seen: this is
neither. Should one do it all the same, the form comes back with everything but that.
"""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class TrapInput(forms.TextInput):
    def __init__(self):
        leave_it_alone = {"data-1p-ignore": "", "data-lpignore": "true", "data-bwignore": "true"}
        super().__init__({"autocomplete": "off", "tabindex": "-1"} | leave_it_alone)

    def format_value(self, value):
        """Always empty when the form is shown again."""


class TrapField(forms.CharField):
    widget = TrapInput
    is_trap = True

    def __init__(self):
        super().__init__(label=gettext_lazy("Leave this field empty"), required=False)


class Trapped(forms.Form):
    """A form that strangers send. The name of the field means nothing to browsers."""

    remark = TrapField()

    def clean(self):
        cleaned = super().clean()
        if self["remark"].data:
            self.add_error(None, _("This could not be taken yet. Please send it once more."))
        return cleaned
