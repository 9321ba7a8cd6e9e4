"""Do `virgil bench`, programs by hand, pyperf and hyperfine agree? Prints a table in Markdown for docs/bench.md.

    agree.py VIRGIL PYTHON [HYPERFINE]

PYTHON has pyperf (`target/pyperf/bin/python`) and is of the version that Virgil prefers. Run it when the machine has
nothing else to do. Rounds of the tools are interleaved; cells are medians in milliseconds, and from the lowest to the
highest: on a machine that has other work, the lowest is the least disturbed.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).parent
SUITE = HERE.parents[2] / "suite"
NAMES = ["fib", "hashing"]
ROUNDS = 3
# The mode by hand, that of Virgil's dispatcher, and the standard library's executor under Virgil.
MODES = [
    ("sequential", "sequential", None),
    ("threads", "threads", "thread-pool"),
    ("interpreters", "subinterpreters", "interpreter-pool"),
    ("processes", "processes", "process-pool-forkserver"),
]
TIMEIT = "list(execute(work, items))"


def write_quick(folder):
    plan = tomllib.loads((SUITE / "plan.toml").read_text())
    for workload in plan["workload"]:
        if workload["name"] in NAMES:
            source = (SUITE / f"{workload['name']}.py").read_text()
            for name, value in workload["quick"].items():
                source = re.sub(rf"^{name} = .*$", f"{name} = {value}", source, flags=re.MULTILINE)
            (pathlib.Path(folder) / f"{workload['name']}.py").write_text(source)


def by_virgil(virgil, folder):
    modes = ",".join(mode for _, *both in MODES for mode in both if mode)
    out = pathlib.Path(folder) / "virgil.json"
    command = [virgil, "bench", "--quick", "--only", ",".join(NAMES), "--modes", modes, "--workers", "2"]
    command += ["--rounds", str(ROUNDS), "--json", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    document = json.loads(out.read_text())
    others = {one["name"]: one["other_cores"] for one in document["workloads"]}
    results = {
        (workload["name"], result["mode"]): result["seconds"]
        for workload in document["workloads"]
        for result in workload["results"]
    }
    return results, others


def by_hand(python, mode, name, environment):
    command = [python, str(HERE / "hand.py"), mode, name]
    return float(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)


def by_pyperf(python, mode, name, environment, folder):
    out = pathlib.Path(folder) / "pyperf.json"
    out.unlink(missing_ok=True)
    setup = f"import hand; execute, work, items = hand.prepare({mode!r}, {name!r})"
    command = [python, "-m", "pyperf", "timeit", "--processes", "1", "--values", "1", "--warmups", "0", "--loops", "1"]
    command += ["--inherit-environ", "PYTHONPATH", "--output", str(out), "--quiet", "-s", setup, TIMEIT]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=120)
    if done.returncode or not out.exists():
        return None
    runs = json.loads(out.read_text())["benchmarks"][0]["runs"]
    return next(run["values"][0] for run in runs if "values" in run)


def by_hyperfine(hyperfine, python, mode, name, environment, folder):
    """The whole program, less the same program without its work."""
    out = pathlib.Path(folder) / "hyperfine.json"
    program = f"{python} {HERE / 'hand.py'} {mode} {name}"
    command = [hyperfine, "-N", "--runs", "2", "--export-json", str(out), program, program + " nothing"]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    whole, nothing = json.loads(out.read_text())["results"]
    return whole["median"] - nothing["median"]


def cell(values):
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    median = statistics.median(values)
    return f"{median * 1e3:.0f} ({min(values) * 1e3:.0f} to {max(values) * 1e3:.0f})"


def main():
    virgil, python, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        write_quick(folder)
        environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{HERE}"}
        results, others = by_virgil(virgil, folder)
        print("| work | mode | Virgil's dispatcher | its executor in Virgil | by hand | pyperf | hyperfine |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for name in NAMES:
            found = {mode: ([], [], []) for mode, *_ in MODES}
            for _ in range(ROUNDS):
                for mode, *_ in MODES:
                    hand, perf, fine = found[mode]
                    hand.append(by_hand(python, mode, name, environment))
                    perf.append(by_pyperf(python, mode, name, environment, folder))
                    if rest:
                        fine.append(by_hyperfine(rest[0], python, mode, name, environment, folder))
            for mode, native, executor in MODES:
                cells = [cell(results.get((name, kind), [])) for kind in (native, executor)]
                print("|", " | ".join([name, mode, *cells, *map(cell, found[mode])]), "|", flush=True)
        print(f"\nOther programs used so many cores beside Virgil's laps: {others}. Load: {os.getloadavg()}")


if __name__ == "__main__":
    main()
