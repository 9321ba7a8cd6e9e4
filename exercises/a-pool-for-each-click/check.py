"""Checks the exercise: is one pool kept for all clicks?"""


def check(window, lap):
    expected = [f"{words} words" for words in range(1, len(window.returned) + 1)]
    assert window.returned == expected, "The window says another number of words than were typed."
    assert len(lap.tasks) >= len(expected), (
        "Each click makes a pool of its own, and ends it: all its workers are started for one call. "
        "Which pool is there already when somebody clicks?"
    )
