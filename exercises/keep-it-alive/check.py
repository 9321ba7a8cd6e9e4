"""Checks the exercise: does the window stay alive while its work is done?"""


def check(window, lap):
    busy = [frame for frame in window.frames if frame.busy]
    assert busy, (
        "No work was given to the pool: the window computed by itself, and nobody could use it meanwhile. "
        "Use `pool.submit`."
    )
    longest = max(task.end - task.start for task in lap.tasks)
    freeze = max(frame.late for frame in busy)
    # Both were measured at the same time, so a busy machine makes both longer.
    assert freeze < longest / 2, (
        f"The window was frozen for {freeze:.1f} s while the work took {longest:.1f} s: does something wait for its "
        "result? Let a timer look whether it is done."
    )
