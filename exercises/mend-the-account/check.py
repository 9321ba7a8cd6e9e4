"""Checks the exercise: was any deposit lost?"""

AMOUNTS = [1, 5]


def check(results, lap):
    assert len(results) == len(AMOUNTS), "Leave ITEMS as they are: two accounts are tried."
    for amount, balance in zip(AMOUNTS, results):
        assert balance == 2 * amount, (
            f"Two deposits of {amount} make {2 * amount}, but {balance} is in the account: the second deposit came "
            "between reading the balance and writing it, and was written over."
        )
