"""In the main interpreter of a kernel: the standard library's executors, as people use them. `pool_worker.py` is what
their workers do."""

import os
import sys

import _virgil

# So often it is looked whether the lap was cancelled, in seconds.
LOOK_EVERY = 0.05
# So long, in seconds, an executor may take to end its processes after one of them has died.
ENDED_WITHIN = 10
# In how many goes of how many calls the wrapper's cost is measured.
GOES, CALLS = 25, 40

# An initializer that every process and interpreter has: it makes the module whose functions are called.
BOOT = """
module = type(__import__("sys"))("virgil_pool")
__import__("sys").modules["virgil_pool"] = module
exec(compile(text, "<virgil pool>", "exec"), module.__dict__)
getattr(module, start)(setup)
"""

libraries = None
executor = None


def prepare():
    """Imports what is needed, before the folder of the source can be searched for modules."""
    global libraries
    import concurrent.futures as futures
    import multiprocessing.connection as connection
    import multiprocessing.context
    import multiprocessing.forkserver
    import multiprocessing.popen_forkserver
    import multiprocessing.popen_spawn_posix
    import multiprocessing.process
    import multiprocessing.queues
    import multiprocessing.synchronize
    import multiprocessing.util
    import pickle
    import queue
    import select
    import signal

    futures.ThreadPoolExecutor, futures.ProcessPoolExecutor, getattr(futures, "InterpreterPoolExecutor", None)
    names = dict(locals())
    libraries = type(sys)("libraries")
    libraries.__dict__.update(names)


def pipe(between_processes):
    """Both ends, the one to read first: as Connections, which multiprocessing hands on, or as plain descriptors."""
    return libraries.multiprocessing.Pipe(duplex=False) if between_processes else os.pipe()


def descriptor(end):
    return end if isinstance(end, int) else end.fileno()


class Pool:
    """An executor whose workers are started, and what is known of them."""

    def __init__(self, mode, workers, setup, text):
        self.mode, self.workers = mode, workers
        self.between_processes = mode.startswith("process-pool-")
        self.numbers, give = pipe(self.between_processes)
        self.arrivals, arrive = pipe(self.between_processes)
        gate, self.opener = pipe(self.between_processes)
        for number in range(workers):
            os.write(descriptor(give), number.to_bytes(4, "little"))
        self.setup = {**setup, "numbers": self.numbers, "arrivals": arrive, "gate": gate, "output": None}
        # A Connection closes its descriptor when it is gone.
        self.kept = give
        self.processes = {}
        self.stopped = set()
        self.pids = {}
        self.module = self.make_module(text)
        global executor
        # It lives as long as the kernel: its end would end interpreters that are still interrupted.
        executor = self.executor = self.make_executor(text)

    def make_module(self, text):
        module = sys.modules["virgil_pool"] = type(sys)("virgil_pool")
        exec(compile(text, "<virgil pool>", "exec"), module.__dict__)
        module.use(self.setup)
        if self.between_processes:
            module.be_process()
        else:
            module.be_inside()
        return module

    def make_executor(self, text):
        futures = libraries.futures
        if self.mode == "thread-pool":
            return futures.ThreadPoolExecutor(max_workers=self.workers, initializer=self.module.start_thread)
        if self.mode == "interpreter-pool":
            boot = BOOT, {"text": text, "start": "start_interpreter", "setup": self.setup}
            return futures.InterpreterPoolExecutor(max_workers=self.workers, initializer=exec, initargs=boot)
        return self.make_process_pool(text)

    def make_process_pool(self, text):
        method = self.mode.removeprefix("process-pool-")
        context = libraries.multiprocessing.get_context(method)
        reader, self.setup["output"] = pipe(True)
        _virgil.relay(os.dup(reader.fileno()), os.dup(self.setup["output"].fileno()))
        # Workers replay the source themselves: multiprocessing would read it from its file, which may not be there.
        sys.modules["__main__"] = type(sys)("__main__")
        # What is killed leaves nothing to be cleaned up, and the tracker need not say that it did so.
        sys.warnoptions.append("ignore:resource_tracker")
        boot = BOOT, {"text": text, "start": "start_process", "setup": self.setup}
        before = set(finalizers())
        pool = libraries.futures.ProcessPoolExecutor(
            max_workers=self.workers, mp_context=context, initializer=exec, initargs=boot
        )
        self.semaphores = [key for key in finalizers() if key not in before]
        return pool

    def start(self):
        """Gives every worker one task that ends when all are there: what was raised on the way, if something was."""
        processes = getattr(self.executor, "_processes", None)
        self.processes = {} if processes is None else processes
        tasks = []
        try:
            for _ in range(self.workers):
                tasks.append(self.executor.submit(self.module.wait_for_all))
        except libraries.futures.BrokenExecutor as error:
            # The first worker is gone before the last one was asked for.
            return self.explain(error, -1)
        ready = 0
        while ready < self.workers:
            kind, number, at = self.hear()
            if kind == self.module.READY:
                _virgil.ready(number, at)
                ready += 1
            for task in tasks:
                if task.done():
                    return self.failure(task)
        self.forget_semaphores()
        os.write(descriptor(self.opener), bytes(self.workers))
        for task in tasks:
            while not task.done():
                libraries.futures.wait([task], timeout=LOOK_EVERY)
        return None

    def hear(self):
        """What a worker says, if one says something soon."""
        readable, _, _ = libraries.select.select([descriptor(self.arrivals)], [], [], LOOK_EVERY)
        if not readable:
            return None, 0, 0
        record = os.read(descriptor(self.arrivals), self.module.RECORD_BYTES)
        parts = record[:1], record[1:5], record[5:13], record[13:]
        kind, number, at, pid = (int.from_bytes(part, "little") for part in parts)
        self.pids[number] = pid
        if kind == self.module.STOPPED:
            self.stopped.add(number)
        return kind, number, at

    def forget_semaphores(self):
        """Removes the names of the pool's semaphores, which all workers have opened: else those of a lap that is killed
        would stay in the system."""
        for key in self.semaphores if self.between_processes else ():
            finalizer = libraries.multiprocessing.util._finalizer_registry.get(key)
            if finalizer is not None:
                finalizer()

    def failure(self, task):
        error = task.exception()
        if error is None:
            worker, description = task.result()
            return "raised", worker, -1, description
        return self.explain(error, -1)

    def execute(self, items):
        """Executes the tasks: all results, or why there are none."""
        done = libraries.queue.SimpleQueue()
        began = _virgil.begin()
        tasks = []
        for number, item in enumerate(items):
            try:
                task = self.executor.submit(self.module.call, number, item)
            except libraries.futures.BrokenExecutor as error:
                # An earlier task has ended its process while these were handed out.
                return self.explain(error, number, item)
            task.number = number
            task.add_done_callback(done.put)
            tasks.append(task)
        results = [None] * len(items)
        for _ in tasks:
            task = self.next_of(done)
            error = task.exception()
            if error is not None:
                return self.explain(error, task.number, items[task.number])
            worker, start, end, cpu, result, raised = task.result()
            if worker < 0:
                return ("stopped",)
            _virgil.span(worker, task.number, start, end, cpu)
            if raised is not None:
                return "raised", worker, task.number, raised[1]
            results[task.number] = result
        return "completed", results, began

    def next_of(self, done):
        while True:
            try:
                return done.get(timeout=LOOK_EVERY)
            except libraries.queue.Empty:
                pass

    def explain(self, error, task, item=None):
        """Of an error that the executor itself has: the user's are described where they are raised."""
        if isinstance(error, libraries.futures.BrokenExecutor) and self.between_processes:
            death = self.death()
            return death or ("raised", -1, -1, self.module.described(error)[1])
        if task < 0 or self.mode == "thread-pool":
            return "raised", -1, task, self.module.described(error)[1]
        try:
            libraries.pickle.dumps(item)
        except BaseException:
            return "unfit", True, task, error
        return "unfit", False, task, error

    def death(self):
        """Which worker process has ended by itself, and how, if that can be told."""
        # The executor's own thread ends and awaits all processes. Two who ask for the same exit code at the same time
        # may get none or a wrong one, so it goes first.
        thread = getattr(self.executor, "_executor_manager_thread", None)
        if thread is not None:
            thread.join(ENDED_WITHIN)
        numbers = {pid: number for number, pid in self.pids.items()}
        for place, process in enumerate(list(self.processes.values())):
            # The executor has ended the others by SIGTERM.
            if process.exitcode not in (None, 0, -libraries.signal.SIGTERM):
                return "died", numbers.get(process.pid, place), process.exitcode
        return None

    def stop(self):
        """Waits until no worker executes the user's code any more."""
        os.write(descriptor(self.opener), bytes(self.workers))
        while True:
            if not self.between_processes and _virgil.running() == 0:
                return
            waited_for = {number: pid for number, pid in self.pids.items() if number not in self.stopped}
            if self.between_processes and not waited_for:
                return
            for pid in waited_for.values() if self.between_processes else ():
                try:
                    os.kill(pid, libraries.signal.SIGINT)
                except ProcessLookupError:
                    return
            self.hear()


def finalizers():
    return list(libraries.multiprocessing.util._finalizer_registry)


def median_cost(module):
    goes = sorted(module.cost(CALLS) for _ in range(GOES))
    return goes[GOES // 2] // CALLS


def execute(mode, workers, work, items, setup, text):
    """Executes a lap: how it ended, and what belongs to that."""
    setup = dict(zip(("source", "file", "folder", "raised", "code"), setup))
    main = sys.modules["__main__"]
    pool = None
    try:
        pool = Pool(mode, workers, setup, text)
        pool.module.work = work
        failed = pool.start()
        if failed is not None:
            return failed
        _virgil.wrapped(median_cost(pool.module))
        return pool.execute(items)
    except KeyboardInterrupt:
        if not _virgil.is_cancelled():
            raise
        while True:
            # It comes again and again.
            try:
                if pool is not None:
                    pool.stop()
                return ("stopped",)
            except KeyboardInterrupt:
                pass
    finally:
        sys.modules["__main__"] = main
