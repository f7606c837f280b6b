"""Somebody who writes to a site that may die at any moment, as people do: they open the form, fill
it in, send it, and send it again until they are told what became of it."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from tests.factory import PASSWORD

from .browser import ACTS, Browser, HiddenFields
from .texts import text

PAUSE = 0.2  # seconds, at most, before something is sent again
STATEMENTS = 30  # of a form that is published, about: before one of them the process may die
RECENT = 5  # of one's own texts: the site asks whoever repeats one of them


@dataclass(frozen=True)
class Habits:
    """How often, of all that somebody does or sends."""

    replies: float = 0.35
    # A text of one's own, word for word, in another form.
    repeats: float = 0.25
    keeps_draft: float = 0.12
    leaves_draft: float = 0.2
    edits: float = 0.12
    clicks_twice: float = 0.1
    gives_up: float = 0.05
    # The process that answers dies, and when.
    lost_before: float = 0.02
    lost_amid: float = 0.06
    lost_after: float = 0.04


class Writer:
    def __init__(self, site, slug, email, ledger, dice, habits, stop):
        self.browser, self.email, self.ledger = Browser(site.address), email, ledger
        self.dice, self.habits, self.stop = dice, habits, stop
        self.address = f"/discussions/{slug}/"
        self.hands = ThreadPoolExecutor(2)
        self.told = dict.fromkeys(ACTS, 0)
        # The highest number that they have seen, the texts that they have said and not changed,
        # and whom they answer in a draft that waits.
        self.highest, self.said, self.waiting = 0, [], set()

    def close(self):
        self.hands.shutdown()
        self.browser.close()
        self.ledger.close()

    def sign_in(self):
        self.browser.sign_in(self.email, PASSWORD)

    def write(self):
        while not self.stop.is_set():
            self.contribute()

    def does(self, habit):
        return self.dice.random() < getattr(self.habits, habit)

    # --- what they do ---

    def contribute(self):
        """A contribution or a reply, perhaps kept as a draft at first, perhaps edited later."""
        parent = self.parent()
        path = f"{self.address}{parent}/reply/" if parent else f"{self.address}contribute/"
        form, texts = self.form(path), self.texts()
        begun = form and self.does("keeps_draft")
        if begun:
            form = self.keep(path, form | texts, parent) and self.form(path)
        if not form:
            return
        number = self.send("publish", path, form | texts, parent=parent, may_give_up=not begun)
        if number and self.reads(number):
            self.said.append(texts)
            if self.does("edits"):
                self.edit(number)

    def keep(self, path, form, parent):
        """Keep a draft. Do they go on with it at once?"""
        kept = self.send("keep", path, form | {"keep": "yes"}, parent=parent)
        if kept and parent and self.does("leaves_draft"):
            self.waiting.add(parent)
            return False
        return kept

    def edit(self, number):
        path = f"{self.address}{number}/edit/"
        form, texts = self.form(path), self.new_texts()
        if form and self.send("edit", path, form | texts, number=number):
            self.said[-1] = texts

    def parent(self):
        """The number of what they reply to, or None."""
        if not self.highest or not self.does("replies"):
            return None
        parent = self.dice.randint(1, self.highest)
        return None if parent in self.waiting else parent

    def texts(self):
        """What they fill in: something new, or once more what they have said a moment ago."""
        if self.said and self.does("repeats"):
            return self.dice.choice(self.said[-RECENT:])
        return self.new_texts()

    def new_texts(self):
        mark = self.new_key()
        answered = self.dice.sample(["Q1", "Q2", "Q3"], self.dice.choice((0, 0, 1, 2)))
        return {
            "body": text(self.dice, mark),
            "language": self.dice.choice(("en", "fr")),
            "capacity": self.dice.choice(("personal", "official")),
            "terms": "on",
        } | {f"answer-{question}": text(self.dice, mark) for question in answered}

    def new_key(self):
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))

    # --- until there is an answer ---

    def form(self, path):
        """The hidden fields of a form; nothing when there is no more time."""
        page = self.page(path)
        return HiddenFields(page).fields if page else {}

    def reads(self, number):
        """Do they see what they have published? Not when there is no more time."""
        self.highest = max(self.highest, number)
        return bool(self.page(f"{self.address}{number}/"))

    def page(self, path):
        while not self.stop.is_set():
            try:
                answer = self.browser.get(path)
            except requests.RequestException:
                self.pause()
                continue
            if answer.status_code == 200:
                return answer.text
            self.ledger.note("unreadable", path=path, status=answer.status_code)
            break
        return ""

    def send(self, kind, path, form, *, may_give_up=False, **about):
        """The number with which a form was acknowledged (True for a draft), or None."""
        about |= {"deed": self.new_key(), "kind": kind, "writer": self.email, "path": path}
        while True:
            faults = [self.fault(), ""] if self.does("clicks_twice") else [self.fault()]
            self.ledger.note("sending", form=form, faults=faults, **about)
            told = self.click(path, form, faults, about["deed"])
            if "acknowledged" in told:
                return told["acknowledged"].about.get("number", True)
            if "refused" in told or self.stop.is_set():
                return None
            if "asked" in told:
                form = form | told["asked"].fields
            elif may_give_up and self.does("gives_up"):
                return None
            self.pause()

    def click(self, path, form, faults, deed):
        """Send a form, at once as often as there are faults: act -> the answer."""
        clicks = [self.hands.submit(self.browser.send, path, form, fault) for fault in faults]
        answers = [click.result() for click in clicks]
        for answer in answers:
            self.ledger.note(answer.act, deed=deed, **answer.about)
            self.told[answer.act] += 1
        return {answer.act: answer for answer in answers}

    def fault(self):
        """When the process that gets the next form is to die; mostly never."""
        if self.does("lost_before"):
            return "before"
        if self.does("lost_amid"):
            return str(self.dice.randint(1, STATEMENTS))
        return "after" if self.does("lost_after") else ""

    def pause(self):
        time.sleep(self.dice.uniform(0, PAUSE))
