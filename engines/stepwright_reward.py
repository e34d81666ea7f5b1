"""Stepwright's step reward for trainers in Python: the standard library is all it needs.

    with StepReward() as reward:                             # starts `stepwright reward --serve stdio`
        reward(texts, experts)                               # -> [0.93, -1, ...]

    StepReward(url="http://127.0.0.1:8717")                  # asks a server: `stepwright reward --serve --port 8717`

A batch is scored on all cores; rewards come in the order of the texts. Threads may share a client; after a fork the child
starts a program of its own.
"""
import http.client
import json
import os
import subprocess
import threading
from urllib.parse import urlsplit


class StepReward:
    """Options are those of the command: format="lenient", tool_format="tool_call_json", similarity="chrf", autojunk=False, workers=4.
    They go with a program that is started here; a server has its own."""

    def __init__(self, url=None, command=("stepwright",), **options):
        if url is not None and options:
            raise ValueError(f"{', '.join(options)}: give them to the server at {url} instead")
        self._ask = _ask_server(url) if url is not None else _Program([*command, "reward", "--serve", "stdio", *_flags(options)])

    def __call__(self, texts, experts):
        """Rewards of whole replies to the expert's actions: the similarity of the action, or -1 where the format is broken."""
        return [row["reward"] for row in self.score([{"text": t, "expert": e} for t, e in _zip(texts, experts)])]

    def similarities(self, actions, experts):
        """Similarities of actions as they are, the model's first."""
        return [row["similarity"] for row in self.score([{"a": a, "b": b} for a, b in _zip(actions, experts)])]

    def score(self, pairs):
        """Rows of {similarity, reward, format_ok} of rows of {text, expert} or {a, b}. Raises ValueError for a row that is neither."""
        if not pairs:
            return []
        rows = [json.loads(line) for line in self._ask([json.dumps(pair) for pair in pairs])]
        if len(rows) != len(pairs):
            raise ConnectionError(f"stepwright reward answered {len(rows)} of {len(pairs)} pairs")
        for number, row in enumerate(rows):
            if "error" in row:
                raise ValueError(f"pair {number}: {row['error']}")
        return rows

    def close(self):
        close = getattr(self._ask, "close", None)
        if close is not None:
            close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _zip(texts, experts):
    if len(texts) != len(experts):
        raise ValueError(f"{len(texts)} texts, but {len(experts)} experts")
    return zip(texts, experts)


def _flags(options):
    for name, value in options.items():
        if name == "autojunk":
            yield from [] if value else ["--no-autojunk"]
        else:
            yield from [f"--{name.replace('_', '-')}", str(value)]


def _ask_server(url):
    host = urlsplit(url)

    def ask(lines):
        connection = http.client.HTTPConnection(host.hostname, host.port)
        try:
            connection.request("POST", "/rewards", "\n".join(lines).encode())
            response = connection.getresponse()
            answer = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            raise ConnectionError(f"{url}/rewards: {response.status} {answer.strip()}")
        return answer.splitlines()

    return ask


class _Program:
    """Lines in, as many lines out."""

    def __init__(self, command):
        self._command = command
        self._lock = threading.Lock()
        self._process = None
        self._owner = None

    def __call__(self, lines):
        with self._lock:
            process = self._running()
            # Written beside the reading: the answers to the first lines come before the last ones are sent.
            writer = threading.Thread(target=_write, args=(process.stdin, "".join(f"{line}\n" for line in lines).encode()))
            writer.start()
            try:
                answers = [process.stdout.readline() for _ in lines]
                writer.join()
                if not answers[-1].endswith(b"\n"):
                    raise ConnectionError(f"{' '.join(self._command)}: ended with code {process.wait()}")
                return answers
            except BaseException:
                # Interrupted: what is still to be answered must not be taken for the next batch's.
                process.kill()
                process.wait()
                self._process = None
                raise

    def _running(self):
        if self._process is None or self._owner != os.getpid():
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._owner = os.getpid()
        return self._process

    def close(self):
        if self._process is not None and self._owner == os.getpid():
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()
        self._process = None


def _write(stream, data):
    try:
        stream.write(data)
        stream.flush()
    except BrokenPipeError:
        pass  # the reader sees the end, and says so
