"""Checks the exercise: is every visit counted once?"""


def check(ask, lap):
    answers = [ask("/visit") for _ in range(6)]
    assert all(answer.status == 200 for answer in answers), "Some visits got no answer: look at the output."
    visits = [int(answer.text) for answer in answers]
    assert visits == list(range(visits[0], visits[0] + 6)), (
        f"Six visits, one after the other, were told to be number {', '.join(map(str, visits))}. Their connections went "
        "to the workers in turn: where is `visits`?"
    )
