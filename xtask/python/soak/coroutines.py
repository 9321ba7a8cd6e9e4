# all: completed
import asyncio

ITEMS = range(50)


async def work(item):
    await asyncio.sleep(0.001)
    return item
