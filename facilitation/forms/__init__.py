"""Which passage of a general text answers which question."""

from collections import Counter
from hashlib import sha256

from django import forms
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from forum.actions import Stale
from forum.forms import VersionForm
from forum.models.contributions import MAX_CHARACTERS

from .. import actions
from ..passages import passages_of, rearranged

# Of a question so many characters stand in a choice.
LONGEST_CHOICE = 70


class AssignForm(VersionForm):
    """A choice for each passage, named by the passage's own words: so it stays with them, whatever
    has changed around them."""

    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave out the pasted questions"),
        help_text=gettext_lazy(
            "Only lines that are nothing but a question’s own words, and only under that question. "
            "They are marked below."
        ),
        initial=True,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = list(self.contribution.discussion.questions.all())
        found = passages_of(self.contribution.body, self.questions)
        self.found = dict(zip(names_of(found), found, strict=True))
        choices = [("", _("General comments")), *map(choice, self.questions)]
        for number, (name, passage) in enumerate(self.found.items(), start=1):
            self.fields[name] = forms.ChoiceField(
                label=_("Passage %(number)s belongs to") % {"number": number},
                choices=choices,
                initial=passage.key,
                required=False,
                widget=forms.Select(attrs={"aria-describedby": f"{name}-text"}),
            )
        if not any(passage.pasted for passage in found):
            del self.fields["leave_out"]

    @property
    def passages(self):
        """Each with its bound field, for the template."""
        return [(passage, self[name]) for name, passage in self.found.items()]

    @property
    def keys(self):
        return [self.cleaned_data[name] for name in self.found]

    @property
    def leaves_out(self):
        return self.cleaned_data.get("leave_out", False)

    def clean(self):
        if self.errors:
            return
        if any(self.add_prefix(name) not in self.data for name in self.found):
            # The text is another one, or the questions have other words: other passages.
            self.ask_again(Stale())
            return
        chosen = zip(self.found.values(), self.keys, strict=True)
        if not any(key and one.under(key, leave_out=self.leaves_out) for one, key in chosen):
            raise forms.ValidationError(_("Choose a question for at least one passage."))
        text = rearranged(self.contribution, self.questions, self.keys, leave_out=self.leaves_out)
        if len(text.body) + sum(map(len, text.answers.values())) > MAX_CHARACTERS:
            raise forms.ValidationError(
                _("With the empty lines between the passages it would be too long.")
            )

    def ask_again(self, stale):
        """What was chosen for a passage that is still there stays chosen."""
        super().ask_again(stale)
        for name, passage in self.found.items():
            self.data.setdefault(self.add_prefix(name), passage.key)

    def save(self):
        actions.assign(
            self.contribution,
            user=self.user,
            version=self.cleaned_data["version"],
            keys=self.keys,
            leave_out=self.leaves_out,
        )


def names_of(passages):
    """The name of each passage's field, from what the page shows; the same twice is counted."""
    seen = Counter()
    for passage in passages:
        name = sha256(f"{passage.pasted}\0{passage.text}".encode()).hexdigest()[:16]
        seen[name] += 1
        yield f"passage-{name}-{seen[name]}"


def choice(question):
    words = question.in_language(get_language()).text
    return question.key, f"{question.key}. {Truncator(words).chars(LONGEST_CHOICE)}"
