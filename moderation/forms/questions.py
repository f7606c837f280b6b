"""The form of a guiding question."""

from django import forms

from .translations import TranslationsField


class QuestionForm(forms.ModelForm):
    translations = TranslationsField()

    def belong_to(self, discussion):
        # As its form has it at this moment, perhaps with another language.
        self.instance.discussion = discussion
        if "group" not in self.fields:
            return
        self.fields["group"].queryset = discussion.question_groups.all()
        key = self.fields["key"]
        key.required = bool(self.instance.pk)
        key.disabled = bool(self.instance.pk and discussion.published)
        key.widget.attrs["size"] = 6
