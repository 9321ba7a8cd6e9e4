"""Two deposits at the same time: none may be lost."""

import threading


class Account:
    def __init__(self):
        self.balance = 0
        self.lock = threading.Lock()

    def deposit(self, amount, meanwhile=lambda: None):
        # Reading and writing belong together: that is what nobody but us can know.
        with self.lock:
            balance = self.balance
            meanwhile()  # Any call: a logger, a database, a property.
            self.balance = balance + amount


def work(amount):
    """What is in the account after two deposits, the second in the middle of the first."""
    account = Account()
    other = threading.Thread(target=account.deposit, args=(amount,))

    def meanwhile():
        other.start()
        # It ends at once, unless something makes it wait for us: then go on after a second.
        other.join(timeout=1)

    account.deposit(amount, meanwhile)
    other.join()
    return account.balance


ITEMS = [1, 5]


if __name__ == "__main__":
    print([work(amount) for amount in ITEMS])
