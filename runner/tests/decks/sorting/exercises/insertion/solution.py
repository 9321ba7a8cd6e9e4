def work(hand):
    hand = list(hand)
    for place in range(1, len(hand)):
        while place > 0 and hand[place - 1] > hand[place]:
            hand[place - 1], hand[place] = hand[place], hand[place - 1]
            place -= 1
    return hand


ITEMS = [[3, 1, 2], [5, 4, 3, 2, 1], [1], []]
