"""The translations of a guiding question in one box: “fr: …”, and what follows belongs to it."""

import re

from django import forms
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import LANGUAGE_CODE, direction
from forum.markup import MAX_SOURCE

from .fields import LinesField

# A line that begins a translation. One that only looks so begins with a space instead.
BEGINNING = re.compile(rf"({LANGUAGE_CODE.pattern})[ \t]*[:：]", re.IGNORECASE)


class TranslationsField(LinesField):
    def __init__(self):
        super().__init__(
            label=gettext_lazy("translations"),
            required=False,
            max_length=MAX_SOURCE,
            widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "placeholder": "fr: …\nes: …"}),
            help_text=gettext_lazy(
                "One after the other, each begun by its language, as in “fr: …”."
            ),
        )

    def prepare_value(self, value):
        return lines_of(value) if isinstance(value, dict) else value

    def clean(self, value):
        return translations_in(super().clean(value))

    def has_changed(self, initial, data):
        """Compared as they would be stored. What cannot be read was changed by somebody."""
        try:
            return self.clean(data) != self.clean(lines_of(initial or {}))
        except forms.ValidationError:
            return True


def lines_of(translations):
    """The code of a language -> a text, as one text for the box."""
    return "\n".join(
        f"{code}: " + "\n".join(marked(line, index) for index, line in enumerate(text.split("\n")))
        for code, text in sorted(translations.items())
    )


def marked(line, index):
    return f" {line}" if index and (line.startswith(" ") or BEGINNING.match(line)) else line


def translations_in(text):
    """What the box says: the code of a language -> a text, possibly empty."""
    found, last = {}, None
    for line in text.split("\n"):
        beginning = BEGINNING.match(line)
        if beginning and beginning[1] in found:
            raise forms.ValidationError(
                _("“%(code)s” stands here twice."), params={"code": beginning[1]}
            )
        if beginning:
            last = beginning[1]
            found[last] = [line[beginning.end() :]]
        elif last:
            found[last].append(line.removeprefix(" "))
        elif line.strip():
            raise forms.ValidationError(
                _("Begin each translation with the code of its language, as in “fr: …”.")
            )
    return {code: "\n".join(lines).strip() for code, lines in found.items()}


def as_list(translations):
    """The same to read."""
    return format_html_join(
        "",
        '<p lang="{}" dir="{}">{}: {}</p>',
        ((code, direction(code), code, text) for code, text in sorted(translations.items())),
    )
