class CannotWrite(Exception):
    """Why the document was not made, in a sentence."""
