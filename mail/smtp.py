"""Django's way to a mail server, which also tells when the text of a mail goes out: until then a
mail that failed has certainly not arrived."""

import smtplib

from django.core.mail.backends import smtp


class Telling:
    """Calls this with no arguments, once the server has taken sender and recipient."""

    before_text = None

    def data(self, message):
        if self.before_text:
            self.before_text()
        return super().data(message)


class Plain(Telling, smtplib.SMTP):
    pass


class Encrypted(Telling, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return Encrypted if self.use_ssl else Plain
