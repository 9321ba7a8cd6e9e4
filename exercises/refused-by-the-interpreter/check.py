"""Checks the exercise: does it still compute means?"""


def check(ask, lap):
    for numbers, mean in ("1,2,6", 3), ("5", 5), ("0.5,0.25", 0.375):
        answer = ask(f"/mean?of={numbers}")
        assert answer.status == 200, f"`{answer.path}` was answered with status {answer.status}: look at the output."
        assert float(answer.text) == mean, f"The mean of {numbers} is {mean}, and the answer was {answer.text.strip()}."
