"""What a caller of this room can do something about, one class each."""


class CaseworkError(Exception):
    """The root of what this room raises; the message says what, where and how to mend it."""


class HoldUnknown(CaseworkError):
    """No verdict has this id."""


class NotHeld(CaseworkError):
    """The verdict was never a hold: there is nothing to release or remove."""


class HoldConflict(CaseworkError):
    """A person settled this hold already, the other way."""


class SettlementIncomplete(CaseworkError):
    """A settlement lacks who decided, or why."""


class FactsTooLarge(CaseworkError):
    """More facts at once than are taken."""


class ContextUnknown(CaseworkError):
    """No request for context has this id."""


class ContextAnswered(CaseworkError):
    """This request was answered before."""


class ContextTooLate(CaseworkError):
    """The time in which this request could be answered is over."""
