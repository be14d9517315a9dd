# SPDX-License-Identifier: Apache-2.0
"""Searches by name, ours and Optuna's, and their runs: what bench/search/run and bench/search/replay share."""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "bench/search"
BUILD = ROOT / "build/release"
DRIVER = BUILD / "bench/bench_search_drive"
# Every run also notes these, so that a later question about fewer trials is answered from the cache.
USUAL_BUDGETS = [50, 100, 200, 300, 500, 1000, 2000, 5000]


class Contender:
    """NAME[:KEY=VALUE,...][@TRIALS]; names that begin with optuna- are samplers of Optuna. @TRIALS ends runs early."""

    def __init__(self, text):
        match = re.fullmatch(r"([A-Za-z0-9_.-]+)(?::([^@]*))?(?:@(\d+))?", text)
        if not match:
            sys.exit(f"'{text}' is no search; accepted: NAME, NAME:KEY=VALUE,KEY=VALUE, either with @TRIALS behind")
        self.text, self.name = text, match[1]
        self.settings = [s for s in (match[2] or "").split(",") if s]
        self.limit = int(match[3]) if match[3] else None
        self.is_optuna = self.name.startswith("optuna-")

    def label(self):
        return self.text.split("@")[0]

    def parameters(self):
        """Of Optuna's samplers, as JSON would have them."""
        pairs = (s.partition("=") for s in self.settings)
        return {key: json.loads(value) for key, _, value in pairs}


def seeds_of(text):
    first, dots, last = text.partition("..")
    return list(range(int(first), int(last) + 1)) if dots else [int(s) for s in text.split(",")]


def build(contenders):
    """The driver, and the plugins that are asked for."""
    if not (BUILD / "build.ninja").exists():
        sys.exit(f"{BUILD} is not configured: run ./nac once, or cmake --preset release")
    plugins = {"plugin_" + re.sub(r"\W", "_", c.name.split(".")[-1]) for c in contenders
               if not c.is_optuna and c.name not in ("logged", "shuffled")}
    done = subprocess.run(["cmake", "--build", BUILD, "--target", "bench_search_drive", *sorted(plugins)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:] + "\nthe driver or a plugin could not be built")


def lines_of(command):
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        yield json.loads(line)
    if child.wait() != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")


def budgets_for(budgets, trials):
    return sorted({b for b in [*budgets, *USUAL_BUDGETS] if b <= trials})


def run_plugin(contender, problem, seeds, budgets, trials, lookahead=1, extra=()):
    command = [DRIVER, "--problem", problem, "--search", contender.name, "--seeds", ",".join(map(str, seeds)),
               "--trials", str(trials), "--budgets", ",".join(map(str, budgets_for(budgets, trials))),
               "--lookahead", str(lookahead), *extra]
    for setting in contender.settings:
        command += ["--set", setting]
    return list(lines_of(command))


def python_with_optuna():
    """This interpreter, or Debian's, whatever comes first on the path."""
    for python in (sys.executable, "/usr/bin/python3"):
        found = subprocess.run([python, "-c", "import optuna; print(optuna.__version__)"], capture_output=True, text=True)
        if found.returncode == 0:
            return python, found.stdout.strip()
    sys.exit("Optuna is not installed: apt install python3-optuna, or leave it out with --no-optuna")


class OptunaRuns:
    """Optuna's runs, remembered in the build folder: they take minutes and depend on nothing of ours but the problems."""

    def __init__(self, fresh):
        self.python, self.version = python_with_optuna()
        sources = sorted([*HERE.glob("problem*.?pp"), HERE / "optuna_side.py"])
        self.definition = hashlib.sha256(b"".join(s.read_bytes() for s in sources)).hexdigest()[:16]
        self.path = BUILD / "bench/optuna-runs.jsonl"
        self.known = []
        if self.path.exists() and not fresh:
            self.known = [json.loads(line) for line in self.path.read_text().splitlines()]

    def find(self, key, seed, budgets, trials):
        for row in self.known:
            # Its samplers do not know their budget, so a longer run begins like a shorter one; what an ask costs at the
            # end is of that run's own end.
            if row["key"] == key and row["seed"] == seed and row["trials"] >= trials:
                if set(budgets) <= set(row["budgets"]):
                    return row
        return None

    def run(self, contender, problem, seeds, budgets, trials):
        key = [self.version, self.definition, problem, contender.label()]
        found = {seed: self.find(key, seed, budgets, trials) for seed in seeds}
        missing = [seed for seed in seeds if found[seed] is None]
        if missing:
            command = [self.python, HERE / "optuna_side.py", DRIVER, problem, contender.name[len("optuna-"):],
                       json.dumps(contender.parameters()), json.dumps(missing), str(trials),
                       json.dumps(budgets_for(budgets, trials))]
            with open(self.path, "a") as cache:
                for row in lines_of(command):
                    row["key"] = key
                    found[row["seed"]] = row
                    self.known.append(row)
                    cache.write(json.dumps(row) + "\n")
                    cache.flush()
        return [found[seed] for seed in seeds]
