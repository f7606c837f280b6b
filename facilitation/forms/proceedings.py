"""How the proceedings of a discussion are to be."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.choices import language_choices

from ..kinds import KINDS
from ..proceedings import DISCLAIMER, FORMATS, Order
from ..proceedings.wishes import site_language

MOST_DISCLAIMER = 5_000


class ProceedingsForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(name, KINDS[name].label) for name in FORMATS],
        widget=forms.RadioSelect,
        initial="pdf",
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Contributions"),
        choices=Order.choices,
        widget=forms.RadioSelect,
        initial=Order.DATE,
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("of contributions", "Language"),
        choices=language_choices,
        help_text=gettext_lazy("Of titles and dates. Everybody’s words stay as they were written."),
    )
    statistics = forms.BooleanField(
        label=gettext_lazy("With statistics"), required=False, initial=True
    )
    disclaimer = forms.CharField(
        label=gettext_lazy("Disclaimer"),
        required=False,
        max_length=MOST_DISCLAIMER,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Markdown. It stands at the beginning; empty: this one."),
    )

    def __init__(self, *args, discussion, waiting=None, **kwargs):
        """waiting: what was sent by somebody who was not logged in any more"""
        # A box that was not ticked is not among the fields.
        initial = waiting.fields | {"statistics": "statistics" in waiting.fields} if waiting else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.waiting = waiting
        self.fields["language"].initial = site_language(discussion.language)
        self.fields["disclaimer"].initial = DISCLAIMER

    @property
    def options(self):
        values = {name: value for name, value in self.cleaned_data.items() if name != "kind"}
        # In the language of the document, not of the form.
        if values["disclaimer"].split() == str(DISCLAIMER).split():
            values["disclaimer"] = ""
        return values
