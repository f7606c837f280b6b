"""How tests drive the admin: as a browser without scripts does, from the forms that it shows."""

from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse


class FormReader(HTMLParser):
    """The fields of the largest form of a page, with the values that a browser would send."""

    def __init__(self):
        super().__init__()
        self.forms, self.form, self.select, self.text = [], None, None, None
        self.option_chosen = False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name = attributes.get("name")
        if tag == "form":
            self.form = {}
            self.forms.append(self.form)
        elif self.form is None or ("disabled" in attributes and tag != "option"):
            return
        elif tag == "input" and name:
            self.take_input(name, attributes)
        elif tag == "select" and name:
            self.select, self.option_chosen = name, False
        elif tag == "option" and self.select:
            if "selected" in attributes:
                self.form[self.select] = [attributes.get("value", "")]
            else:
                self.form.setdefault(self.select, [attributes.get("value", "")])
        elif tag == "textarea" and name:
            self.text = name
            self.form[name] = [""]

    def take_input(self, name, attributes):
        kind = attributes.get("type", "text")
        if kind in {"submit", "button", "image"}:
            return
        if kind in {"checkbox", "radio"} and "checked" not in attributes:
            return
        usual = "on" if kind in {"checkbox", "radio"} else ""
        self.form.setdefault(name, []).append(attributes.get("value", usual) or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            # A browser leaves the first line break out and sends the others as CR LF.
            if self.text:
                words = self.form[self.text][0].removeprefix("\n")
                self.form[self.text] = [words.replace("\n", "\r\n")]
            self.text = None

    def handle_data(self, data):
        if self.text:
            self.form[self.text][0] += data


def fields_of(response):
    """Name -> list of values of the page's main form."""
    reader = FormReader()
    reader.feed(response.content.decode())
    return max(reader.forms, key=len)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def change_url(thing):
    return reverse(
        f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk]
    )


def list_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def act_url(model, name):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_act", args=[name])


def save(client, thing, **changes):
    """Open the form of a row, change some fields and send it, as it came otherwise."""
    fields = fields_of(client.get(change_url(thing)))
    return client.post(change_url(thing), fields | changes)


def act(client, name, *things, **values):
    """Open the page that asks about these rows, fill it in, and send it."""
    url = act_url(type(things[0]), name)
    page = client.get(url, {"pk": [thing.pk for thing in things]})
    return client.post(url, fields_of(page) | values)


def told(client):
    """The messages that the next page shows."""
    page = client.get(reverse("admin:index"))
    return [str(message) for message in page.context["messages"]]
