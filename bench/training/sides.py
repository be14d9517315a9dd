# SPDX-License-Identifier: Apache-2.0
"""The child processes that train: one per side, started once, asked one at a time."""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "release"
PYTHON = "/usr/bin/python3"
NAMES = {"pytorch": "PyTorch", "torch": "LibTorch", "fused": "fused"}


def build():
    """The driver and what it needs; a build folder that cmake configured is there already."""
    if not (BUILD / "build.ninja").is_file():
        sys.exit(f"{BUILD} is not configured: run ./nac or cmake --preset release first")
    done = subprocess.run(["ninja", "-C", BUILD, "bench_training"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout)


class Side:
    def __init__(self, name, folder, seed):
        self.name = name
        command = [PYTHON, HERE / "pytorch_side.py", folder]
        if name != "pytorch":
            command = [BUILD / "bench" / "bench_training", "--engine", name, "--seed", seed]
        # One thread on all sides, also where a library reads this only when it is loaded.
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self.child = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      env=environment)

    def ask(self, what, **more):
        try:
            self.child.stdin.write(json.dumps({"do": what, **more}) + "\n")
            self.child.stdin.flush()
            line = self.child.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            sys.exit(f"{NAMES[self.name]}: the process ended with {self.child.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            sys.exit(f"{NAMES[self.name]}: {more.get('net', what)}: {answer['error']}")
        return answer

    def close(self):
        self.child.stdin.close()
        self.child.wait()
