def check(results, lap):
    for hand in results:
        assert list(hand) == sorted(hand), f"{hand} is not in order: a larger card stands before a smaller one."
    assert [len(hand) for hand in results] == [3, 5, 1, 0], "A card was lost, or one was added."
