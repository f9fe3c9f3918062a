"""The method by which neighbours are searched."""


def choose_method(n_samples: float, exact_up_to: int, accelerate: bool = False, method: str = "auto") -> str:
    """Return the method of search: exact for small sets and on a device that accelerates it, else approximate.

    The exact search is faster up to some size, since it needs no just-in-time compilation. The approximate search is
    compiled in each process: it passes the distance as a function argument, and numba cannot cache such functions.

    Parameters
    ----------
    n_samples : float
    exact_up_to : int
        The largest set that is searched exactly.
    accelerate : bool, default False
        Whether a device does the exact search.
    method : str, default "auto"
        "exact" and "approximate" are returned as they are.
    """
    if method != "auto":
        return method
    return "exact" if accelerate or n_samples <= exact_up_to else "approximate"
