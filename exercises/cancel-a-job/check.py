"""Checks the exercise: is most of the work saved when the job is cancelled after a third of it?"""


def check(window, lap):
    # Processor time, so that a busy machine changes nothing.
    spent = sum(task.cpu for task in lap.tasks)
    assert spent > 0.05, "Nothing was computed before it was cancelled: press **Start** first, as before."
    assert spent < 2, (
        f"The job took {spent:.1f} s of processor time, though it was cancelled after one second: what a worker has begun "
        "can't be cancelled."
    )
