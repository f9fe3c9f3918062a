"""The one kind of error that a user is meant to read."""


class UserError(Exception):
    """Something that the user can mend: says which file, line or key, what is wrong, what to do.

    The message is one line; it is shown on the terminal without a traceback.
    """
