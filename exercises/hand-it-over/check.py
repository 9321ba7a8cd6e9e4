"""Checks the exercise: are short requests answered while the same worker has a heavy one?"""

import json
import threading
from time import monotonic, sleep

TEXT = "banana bandana and more bananas for the band on the sands, again and again "


def check(ask, lap):
    body = json.dumps([TEXT * 1000] * 100)
    took = {}

    def ask_heavy():
        began = monotonic()
        answer = ask("/pair", body=body)
        took["heavy"] = monotonic() - began
        took["answer"] = answer

    # The first one may have to start what computes: it is not measured.
    ask_heavy()
    heavy = threading.Thread(target=ask_heavy)
    heavy.start()
    # It has reached its worker.
    sleep(0.2)
    began = monotonic()
    # One connection for each worker, and so one for the busy one.
    answers = [ask("/") for _ in range(lap.workers)]
    short = monotonic() - began
    heavy.join()
    answer = took.get("answer")
    assert answer is not None and answer.status == 200, "The heavy request got no answer: look at the output."
    assert answer.text == "an\n", f"The most frequent pair is 'an', and the answer was {answer.text!r:.40}."
    assert all(answer.status == 200 for answer in answers), "A short request got no answer: look at the output."
    # Both were measured at the same time, so a busy machine makes both longer.
    assert short < took["heavy"] * 0.6, (
        "A short request had to wait until the heavy one on the same worker was answered: the event loop was computing. "
        "Hand the work to a pool."
    )
