from django import forms
from django.utils.translation import gettext_lazy as _

from forum.models import Contribution


class HideForm(forms.Form):
    """Why a contribution is hidden; readers see the sentence."""

    reason = forms.ChoiceField(
        label=_("Reason, shown to everyone"),
        choices=Contribution.Reason.choices,
        widget=forms.RadioSelect,
    )
