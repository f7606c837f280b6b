"""Send what stands in the outbox, one mail after the other."""

import logging
from functools import partial

from forum.models import Mail

from . import actions
from .line import NobodyKnowsError, NotTakenError
from .messages import compose

logger = logging.getLogger(__name__)


def send_next(holder, line):
    """Send one mail that is due. None when there is none, otherwise: did it go well?"""
    mail = actions.take(holder)
    return None if mail is None else send(mail, line)


def send(mail, line):
    """Send a mail that this process holds, and note what became of it."""
    try:
        message = compose(mail)
        if message is None:
            actions.settle(mail, Mail.State.NEEDLESS)
            return True
        line.send(message, partial(actions.note_doubt, mail))
    except NotTakenError as error:
        logger.warning("Mail %s was not taken: %s", mail.message_id, error)
        actions.put_back(mail, certain=True)
    except NobodyKnowsError as error:
        logger.warning("Mail %s may have arrived: %s", mail.message_id, error)
        actions.put_back(mail, certain=False)
    except actions.NotMineError:
        logger.warning("Mail %s is sent by another process.", mail.message_id)
    except Exception:
        # A mail that cannot be made must not stop the others.
        logger.exception("Mail %s could not be made.", mail.message_id)
        actions.put_back(mail, certain=False)
    else:
        actions.settle(mail, Mail.State.SENT)
        return True
    return False
