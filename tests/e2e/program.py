# SPDX-License-Identifier: Apache-2.0
"""Runs the nac program as a user would. Usage of every test here: TEST.py PROGRAM."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
SOURCE = pathlib.Path(__file__).resolve().parents[2]


def nac(*arguments, code=0, cwd=None, env=None):
    """Runs the program, checks the exit code, returns (stdout, stderr)."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=240,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    if done.returncode != code:
        raise AssertionError(f"nac {' '.join(map(str, arguments))}: exit code {done.returncode}, expected {code}\n"
                             f"{done.stdout}\n{done.stderr}")
    return done.stdout, done.stderr


# A study that takes seconds: small sets, short trainings, every stage.
SMALL = """[experiment]
name = "small"
seed = 3
[task]
plugin = "jets"
samples = 2000
[search]
plugin = "{search}"
trials = {trials}
train = {{ epochs = 2, batch_size = 128, learning_rate = 3e-3 }}
presets = ["Tiny"]
[bops]
weight_bits = 8
activation_bits = 8
[select]
classes = {{ small = 2e5, large = 1e9 }}
"""


def manifest(folder, search="nsga2", trials=8):
    path = pathlib.Path(folder) / "small.toml"
    path.write_text(SMALL.format(search=search, trials=trials))
    return path


# What a trial is, without what depends on time and place.
TIMED = {"seconds", "samples_per_second"}


def trials(study):
    """Trials of a study's report as comparable rows."""
    rows = json.loads((pathlib.Path(study) / "report.json").read_text())["trials"]
    for row in rows:
        for measured in [row, *row.get("results", [])]:
            measured["metrics"] = {k: v for k, v in measured["metrics"].items() if k not in TIMED}
    return rows


def timed(action):
    """What the action returns, and the seconds it took."""
    start = time.monotonic()
    return action(), time.monotonic() - start


def run_killed(command, rng, whole, last):
    """Runs the command until it ends by itself with 0, killing it up to 12 times at moments in the first half of the
    `whole` seconds that it takes when nobody does; the last run gets `last` seconds. Returns the number of kills."""
    kills = 0
    while True:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            child.wait(timeout=rng.uniform(0.03 * whole, 0.5 * whole) if kills < 12 else last)
            if child.returncode != 0:
                raise AssertionError(f"exit code {child.returncode}, expected 0\n{child.stderr.read()}")
            return kills
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            kills += 1
        finally:
            child.stderr.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="nac-e2e-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)


def main():
    del sys.argv[1:]
    unittest.main(module="__main__", verbosity=2)
