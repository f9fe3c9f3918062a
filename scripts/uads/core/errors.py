"""The exception for errors that users can correct."""

#: What to do about an unusable clip; the end of many messages.
REPLACE_OR_REMOVE = "Replace the file or remove it"


class UserError(Exception):
    """Error that the user can correct. The message names the file, line or key, what is wrong, and what to do.

    It is shown on the terminal without a traceback.
    """
