"""Checks the exercise: does it compute the number that it is asked for?"""


def check(ask, lap):
    for n, expected in (1, 1), (10, 55), (20, 6765):
        answer = ask(f"/fibonacci?n={n}")
        assert answer.status == 200, (
            f"`GET {answer.path}` was answered with status {answer.status}. What was raised stands in the output: of "
            "which type is what comes with the address?"
        )
        assert answer.text.strip() == str(expected), (
            f"`GET {answer.path}` was answered with {answer.text.strip()!r:.40}, and the {n}th number is {expected}."
        )
