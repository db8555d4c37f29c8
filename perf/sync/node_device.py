"""Devices that are a peer's own JavaScript client: one Node program holds them (node/drive.mjs) and keeps the time."""

import json
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import count
from typing import Any

from perf.sync.contender import PATIENCE, Contender, Device
from perf.sync.install import NODE, PEERS
from perf.sync.observations import Observation

LONGEST = 600


class Driver:
    """A Node program in which all devices of one kind live; many threads may ask it at once."""

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(
            [*NODE, "drive.mjs", f"./{module}"],
            cwd=PEERS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lock, self.numbers = threading.Lock(), count(1)
        self.awaited: dict[int, Future[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, device: int, what: str, given: Any = None) -> dict[str, Any]:
        """Let a device do something: what it found, and how many seconds that took."""
        call, answer = next(self.numbers), Future[dict[str, Any]]()
        self.awaited[call] = answer
        assert self.process.stdin
        with self.lock:
            self.process.stdin.write(
                json.dumps({"call": call, "device": device, "do": what, "with": given}) + "\n"
            )
            self.process.stdin.flush()
        found = answer.result(LONGEST)
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            answer = json.loads(line)
            self.awaited.pop(answer["call"]).set_result(answer)


def driver_of(contender: Contender, module: str) -> Driver:
    """One that stops with its contender, and whose work counts as the client's."""
    driver = Driver(module)
    contender.started.append(driver)
    contender.client_processes.append(driver.process.pid)
    return driver


class NodeDevice(Device):
    """One of the devices in there; `given` is what its constructor wants."""

    def __init__(self, driver: Driver, given: dict[str, Any]) -> None:
        self.driver, self.number = driver, next(driver.numbers)
        driver.ask(self.number, "open", given)

    def prepare(self, observations: Sequence[Observation]) -> None:
        self.pull()
        self.driver.ask(self.number, "prepare", [one.flat() for one in observations])

    def push(self) -> float:
        return float(self.driver.ask(self.number, "push")["seconds"])

    def pull(self) -> tuple[int, float]:
        answer = self.driver.ask(self.number, "pull")
        return answer["found"], float(answer["seconds"])

    def close(self) -> None:
        self.driver.ask(self.number, "close")
