"""A real ``limner serve`` in a process of its own, on a free port and a fresh data folder."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

PATIENCE_S = 60.0
LIMNER = Path(sys.executable).with_name("limner")
_ADDRESS = re.compile(r"Limner is at (http://\S+)")


class RunningServer:
    """Starts on entering; ``kill`` and ``start`` play a crash."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.log = home.parent / f"{home.name}.log"
        self._environment = {
            **os.environ,
            "LIMNER_HOME": str(home),
            "LIMNER_PORT": "0",
            "LIMNER_ENGINES": "testcard",
            **environment,
        }
        self._environment.pop("DJANGO_SETTINGS_MODULE", None)
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, on the same address again if it had one; return when it answers."""
        if self.url:
            self._environment["LIMNER_PORT"] = self.url.rpartition(":")[2]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [LIMNER, "serve"],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        address = _ADDRESS.search(self._process.stdout.readline())
        assert address, f"the server did not start; its log: {self.log.read_text()}"
        self.url = address[1]
        self.client = httpx.Client(base_url=self.url, timeout=30)

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the server as Ctrl+C does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self.client.close()
        self._process.send_signal(how)
        self._process.wait(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def ask(self, prompt: str, **fields: Any) -> dict[str, Any]:
        """Post a request and return the job."""
        body = {"kind": "text-to-image", "prompt": prompt, "model": "testcard", **fields}
        answer = self.client.post("/api/v1/jobs", json=body)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def empty(self) -> None:
        """Delete every job."""
        while jobs := self.client.get("/api/v1/jobs").json()["jobs"]:
            for job in jobs:
                self.client.delete(f"/api/v1/jobs/{job['id']}")

    def finished(self, id_: str) -> dict[str, Any]:
        """Follow the job's events and return its last snapshot."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            job = dict(self.client.get(f"/api/v1/jobs/{id_}").json())
            if job["state"] in {"succeeded", "failed", "cancelled"}:
                return job
            assert time.monotonic() < deadline, job
