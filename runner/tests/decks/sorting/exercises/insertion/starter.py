def work(hand):
    hand = list(hand)
    # Put each card where it belongs.
    return hand


ITEMS = [[3, 1, 2], [5, 4, 3, 2, 1], [1], []]
