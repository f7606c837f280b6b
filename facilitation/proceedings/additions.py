"""What stands in proceedings beside the contributions: bulletins and statistics."""


def bulletins(discussion, *, level):
    """(when, its blocks) of each bulletin; its heading has this level."""
    return []


def statistics(discussion):
    """Blocks that begin with a heading of level 1, or nothing."""
    return []
