"""Checks the exercise: is a short request answered while the same worker is busy with a long one?"""

import threading
from time import monotonic, sleep

LONG, SHORT = "/?n=34", "/?n=1"


def check(ask, lap):
    took = {}

    def ask_long():
        began = monotonic()
        answer = ask(LONG)
        took["long"] = monotonic() - began
        took["answer"] = answer

    long = threading.Thread(target=ask_long)
    long.start()
    # It has reached its worker.
    sleep(0.1)
    began = monotonic()
    # One connection for each worker, and so one for the busy one.
    answers = [ask(SHORT) for _ in range(lap.workers)]
    short = monotonic() - began
    long.join()
    for answer, expected in [(took.get("answer"), "5702887"), *((answer, "1") for answer in answers)]:
        assert answer is not None and answer.status == 200, "The long request got no answer: look at the output."
        assert answer.text.strip() == expected, f"`{answer.path}` must be answered with {expected}."
    # Both were measured at the same time, so a busy machine makes both longer.
    assert short < took["long"] * 0.6, (
        "A short request had to wait until the long one on the same worker was answered: the event loop was computing, "
        "and could not take anything else."
    )
