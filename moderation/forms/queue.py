"""What of the queue a moderator wants to see."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.choices import language_choices

from .. import actions
from ..queue import Wanted

# Discussions to choose from: the latest ones.
MOST = 200


class QueueForm(forms.Form):
    """What of the queue one wants to see. Whatever it does not know restricts nothing."""

    discussion = forms.ChoiceField(label=gettext_lazy("Discussion"), required=False)
    language = forms.ChoiceField(
        label=pgettext_lazy("of contributions", "Language"), required=False
    )
    question = forms.ChoiceField(label=gettext_lazy("Answers to"), required=False)

    def __init__(self, data, *, discussions, discussion, first=()):
        """discussions: those that the reader moderates; discussion: the one that was chosen;
        first: codes of the languages that stand first for them"""
        super().__init__(data, auto_id="queue-%s")
        self.discussions, self.discussion, self.first = discussions, discussion, tuple(first)
        found = list(discussions.order_by("-closes_at", "-pk").values_list("slug", "title")[:MOST])
        self.has_discussions = bool(found)
        if discussion and (discussion.slug, discussion.title) not in found:
            found.append((discussion.slug, discussion.title))
        self.fields["discussion"].choices = [("", _("All that I moderate")), *found]
        languages = language_choices(discussion and discussion.languages)
        self.fields["language"].choices = [("", _("All languages")), *languages]
        self.questions = {}
        if discussion and discussion.has_questions:
            asked = discussion.questions_by_id.values()
            self.questions = {question.key: question for question in asked}
            keys = [(key, key) for key in self.questions]
            self.fields["question"].choices = [("", _("All questions")), *keys]
        else:
            del self.fields["question"]

    @property
    def wanted(self):
        self.is_valid()
        chosen, language = self.discussion, self.cleaned_data.get("language", "")
        return Wanted(
            discussions=self.discussions.filter(pk=chosen.pk) if chosen else self.discussions,
            language=language,
            question=self.questions.get(self.cleaned_data.get("question")),
            # Of one language there is nothing to put first.
            first=() if language else self.first,
        )


class LanguagesForm(forms.Form):
    """The languages in which somebody moderates."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "What waits in these stands first for you. Without a choice all stand together."
        ),
    )

    def __init__(self, *args, person, discussions, **kwargs):
        """discussions: those that they moderate"""
        super().__init__(*args, initial={"languages": person.moderates_in}, **kwargs)
        self.person = person
        latest = discussions.order_by("-closes_at", "-pk").values_list("languages", flat=True)
        welcomed = [code for codes in latest[:MOST] for code in codes]
        self.fields["languages"].choices = language_choices([*person.moderates_in, *welcomed])

    def save(self):
        actions.choose_languages(self.person, self.cleaned_data["languages"])
