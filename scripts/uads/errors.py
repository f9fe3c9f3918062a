"""The one kind of error that a user is meant to read."""

#: What to do about a clip that is not as it should be; the end of many messages.
MEND = "Replace the file or take it out"


class UserError(Exception):
    """Something that the user can mend: says which file, line or key, what is wrong, what to do.

    The message is one line; it is shown on the terminal without a traceback.
    """
