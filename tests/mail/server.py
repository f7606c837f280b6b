"""A mail server of our own, which takes mail, or has one of the moods of real ones."""

import random
import re
import socketserver
import threading
import time
from collections import Counter
from email import message_from_bytes, policy

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)
# Seconds that it takes to accept a mail, as over a line.
TAKES = 0.02
POINTS = ("greeting", "MAIL", "text")


class MailServer(socketserver.ThreadingTCPServer):
    """Moods: "takes", "refuses" (every sender), "stalls" (says nothing any more, at some point),
    "drops" (keeps the text and hangs up without an answer)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.mood, self.lock = "takes", threading.Lock()
        # Where it stalls; without it anywhere.
        self.silent_from = ""
        # (recipient, Message-ID) -> how many times it has arrived
        self.arrived, self.moods, self.connections = Counter(), Counter(), 0
        # (recipient, message) of each that was kept, in order
        self.letters = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}?tls=no"

    def keep(self, recipient, text):
        with self.lock:
            self.arrived[recipient, MESSAGE_ID.search(text)[1].decode()] += 1
            self.letters.append((recipient, message_from_bytes(text, policy=policy.default)))

    def handle_error(self, request, client_address):
        """Whoever is killed hangs up in the middle of a sentence."""


class Dialogue(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.silent_from = self.server.silent_from or random.choice(POINTS)  # noqa: S311 (dice)
        if self.say("greeting", "220 ready"):
            while line := self.rfile.readline():
                if not self.answer(line.decode("ascii").strip()):
                    return

    def answer(self, line):
        verb = line[:4].upper()
        if verb == "MAIL":
            refused = self.server.mood == "refuses"
            return self.say(verb, "451 later" if refused else "250 well")
        if verb == "RCPT":
            self.recipient = line.partition("<")[2].partition(">")[0]
        if verb == "DATA":
            return self.say(verb, "354 go on") and self.take()
        return self.say(verb, "221 bye" if verb == "QUIT" else "250 well") and verb != "QUIT"

    def take(self):
        text = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                # Whoever was sending has died: without its end it is no mail.
                return False
            text += line
        time.sleep(TAKES)
        self.server.keep(self.recipient, text)
        if self.server.mood == "drops":
            self.server.moods["drops"] += 1
            return False
        return self.say("text", "250 taken")

    def say(self, point, words):
        """Answer, and say whether the dialogue goes on."""
        while self.server.mood == "stalls" and point == self.silent_from:
            self.server.moods["stalls"] += 1
            time.sleep(0.05)
            if self.server.mood != "stalls":
                return False
        if words.startswith("4"):
            self.server.moods["refuses"] += 1
        self.wfile.write(f"{words}\r\n".encode())
        return True
