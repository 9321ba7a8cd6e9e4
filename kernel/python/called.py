"""In every interpreter whose worker executes calls of a pool."""


def direct(call):
    """Executes a call that stays in its interpreter: whether it returned, and what it returned or raised."""
    function, arguments, options = call
    try:
        return True, function(*arguments, **options)
    except BaseException as exception:
        return False, exception


def crossing(pickle):
    """Executes a call that has come from another interpreter: a pickle of whether it returned, what it returned or
    raised, and the traceback."""
    from _pickle import dumps, loads

    try:
        function, arguments, options = loads(pickle)
        del pickle
        return dumps((True, function(*arguments, **options), ""), -1)
    except BaseException as exception:
        return dumps_raised(exception, dumps, loads)


def dumps_raised(exception, dumps, loads):
    import traceback

    # The frame of this file tells nobody anything.
    trace = exception.__traceback__ and exception.__traceback__.tb_next
    text = "".join(traceback.format_exception(type(exception), exception, trace))
    try:
        pickle = dumps((False, exception, text), -1)
        # Some can be pickled, and not be made again.
        loads(pickle)
        return pickle
    except BaseException:
        name = type(exception).__qualname__
        return dumps((False, RuntimeError(f"{name}: {exception}, which can't be pickled"), text), -1)
