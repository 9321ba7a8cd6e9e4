"""In the main interpreter of a kernel, after the measured time: what a lap's results are together.

Only what has exactly a builtin type is looked into, so that hardly any of the learner's code is called.
"""

import sys

# The first few are listed anyway: fewer numbers need no histogram.
LISTED = 20
COLUMNS_OF_HISTOGRAM = 24
MOST_NUMBERS = 200_000
ROWS_OF_TABLE, COLUMNS_OF_TABLE, TEXT = 100, 12, 60
# Of longer ones in a table only the length is told: their `repr()` would take its time.
LONG = 20
# A grid is a picture from so many rows on, and if it has more columns than a table.
ROWS_OF_GRID, MOST_ROWS, CELLS = 8, 100_000, 40_000
MOST, NO_NUMBER = 254, 255


def shown(results):
    """A tuple that starts with the shape's name."""
    # One task may have made all of it.
    inner = results[0] if len(results) == 1 and type(results[0]) is list else results
    return histogram(inner) or grid(results) or table(inner) or ("values",)


def histogram(numbers):
    if len(numbers) <= LISTED:
        return None
    looked = numbers[:MOST_NUMBERS]
    if any(type(number) not in (int, float) for number in looked):
        return None
    try:
        finite = [float(number) for number in looked if number - number == 0]
    except OverflowError:
        return None
    if not finite:
        return None
    low, high = min(finite), max(finite)
    whole = all(type(number) is int for number in looked) and high - low < COLUMNS_OF_HISTOGRAM
    columns = int(high - low) + 1 if whole else 1 if low == high else COLUMNS_OF_HISTOGRAM
    width = 1.0 if whole else (high - low) / columns
    if width - width != 0:
        return None
    counts = [0] * columns
    for number in finite:
        counts[min(int((number - low) / width), columns - 1) if width else 0] += 1
    if whole:
        labels = [brief(int(low) + place) for place in range(columns)]
    elif columns == 1:
        labels = [number_text(low)]
    else:
        edges = [number_text(low + place * width) for place in range(columns)] + [number_text(high)]
        labels = [f"{start} to {end}" for start, end in zip(edges, edges[1:])]
    return "histogram", tuple(labels), tuple(counts), len(numbers) - len(finite)


def grid(results):
    rows = rows_of(results)
    if rows is None or not ROWS_OF_GRID <= len(rows) <= MOST_ROWS:
        return None
    columns = len(rows[0])
    if any(not is_row(row) or len(row) != columns for row in rows):
        return None
    # Every so manieth of a large one, the same share in both directions.
    share = min(1.0, (CELLS / (len(rows) * columns)) ** 0.5)
    height, width = max(1, int(len(rows) * share)), max(1, int(columns * share))
    while height * width > CELLS:
        height, width = max(1, min(height, CELLS // width)), min(width, CELLS)
    places = [place * columns // width for place in range(width)]
    values = [row[place] for row in (rows[line * len(rows) // height] for line in range(height)) for place in places]
    if any(type(value) not in (int, float, bool) for value in values):
        return None
    try:
        values = [float(value) for value in values]
    except OverflowError:
        return None
    finite = [value for value in values if value - value == 0]
    if not finite:
        return None
    low, high = min(finite), max(finite)
    scale = MOST / (high - low) if high > low else 0.0
    cells = bytes(int((value - low) * scale) if value - value == 0 else NO_NUMBER for value in values)
    return "grid", width, height, columns, len(rows), cells, number_text(low), number_text(high)


def rows_of(results):
    """Each result is a row, or some rows."""
    if not results:
        return None
    if is_row(results[0]):
        return results
    rows = []
    for block in results:
        if type(block) not in (list, tuple) or len(rows) + len(block) > MOST_ROWS:
            return None
        rows += block
    return rows if rows and is_row(rows[0]) else None


def is_row(value):
    array = sys.modules.get("array")
    kinds = (list, tuple, bytes, bytearray) + ((array.array,) if array is not None else ())
    # A row's items decide: a list of lists is some rows.
    return type(value) in kinds and len(value) > COLUMNS_OF_TABLE and type(value[0]) not in kinds


def table(results):
    if len(results) < 2:
        return None
    rows = [fields(result) for result in results[:ROWS_OF_TABLE]]
    if rows[0] is None or not 1 < len(rows[0][1]) <= COLUMNS_OF_TABLE:
        return None
    names = rows[0][0]
    if any(row is None or row[0] != names or len(row[1]) != len(rows[0][1]) for row in rows):
        return None
    texts = tuple(tuple(brief(value) for value in values) for _, values in rows)
    return "table", tuple(brief(name) for name in names), texts, len(results) - len(rows)


def fields(result):
    """The names and the values of a row."""
    kind = type(result)
    if kind is dict:
        return list(result), list(result.values())
    if kind in (list, tuple):
        return [], result
    if issubclass(kind, tuple) and type(kind.__dict__.get("_fields")) is tuple:
        return list(kind.__dict__["_fields"]), tuple.__getitem__(result, slice(None))
    if "__dataclass_fields__" in kind.__dict__ and "__slots__" not in kind.__dict__:
        values = object.__getattribute__(result, "__dict__")
        return list(values), list(values.values())
    return None


def number_text(number):
    return f"{number:.0f}" if number == int(number) and abs(number) < 1e7 else f"{number:.4g}"


def brief(value):
    """A name or a value in one short line."""
    if type(value) is str:
        text = value[: TEXT + 1].replace("\n", " ")
    elif type(value) is float:
        text = number_text(value) if value - value == 0 else repr(value)
    elif type(value) in (list, tuple, dict, set, frozenset) and len(value) > LONG:
        text = f"{type(value).__name__} of {len(value):,}"
    else:
        try:
            text = repr(value[: TEXT + 1] if type(value) in (bytes, bytearray) else value)
        except BaseException as exception:
            if isinstance(exception, KeyboardInterrupt):
                raise
            text = f"<{type(value).__name__}>"
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"
