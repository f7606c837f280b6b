"""The line to the mail server: opened when there is something to send, kept while all goes well."""

from smtplib import SMTPException, SMTPResponseException

from django.core.mail import get_connection


class NotTakenError(Exception):
    """The server cannot be reached, or has refused: the mail has not arrived."""


class NobodyKnowsError(Exception):
    """The text went out and no answer came: it may have arrived."""


class Line:
    def __init__(self):
        self.connection = None

    def send(self, message, before_text):
        """Returns once the server has taken it; raises NotTakenError or NobodyKnowsError.

        before_text: called when the text is about to go out; what it raises stops that
        """
        went_out = False

        def note():
            nonlocal went_out
            before_text()
            went_out = True

        try:
            self.open()
            self.tell(note)
            self.connection.send_messages([message])
        except (OSError, SMTPException, ValueError) as error:
            self.close()
            answered = isinstance(error, SMTPResponseException)
            raise (NobodyKnowsError if went_out and not answered else NotTakenError)(
                said(error)
            ) from error
        except BaseException:
            self.close()
            raise

    def open(self):
        if self.connection is None:
            connection = get_connection()
            connection.open()
            self.connection = connection

    def tell(self, note):
        """Have it called before the text; where nothing tells when that is, now."""
        dialogue = getattr(self.connection, "connection", None)
        if hasattr(dialogue, "before_text"):
            dialogue.before_text = note
        else:
            note()

    def close(self):
        """Hang up; a line that is broken already is no matter."""
        connection, self.connection = self.connection, None
        try:
            if connection:
                connection.close()
        except (OSError, SMTPException):
            pass


def said(error):
    """What the server has said, for the log: no address of anybody is in it."""
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
