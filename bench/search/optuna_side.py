#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs an Optuna sampler on a problem that bench_search_drive --serve defines; prints the same JSON lines as the driver.

Usage: optuna_side.py DRIVER PROBLEM SAMPLER PARAMETERS(JSON) SEEDS TRIALS BUDGETS   (run calls it)
"""
import json
import subprocess
import sys
import time
import warnings

import optuna

SAMPLERS = {"random": optuna.samplers.RandomSampler, "nsga2": optuna.samplers.NSGAIISampler,
            "tpe": optuna.samplers.TPESampler}


class Problem:
    """One served problem: a child process that answers points."""

    def __init__(self, driver, name, budgets):
        command = [driver, "--problem", name, "--serve", "--budgets", ",".join(map(str, budgets))]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.shape = self.read()

    def read(self):
        line = self.child.stdout.readline()
        if not line:
            sys.exit(f"{self.child.args[0]} ended with {self.child.wait()}")
        return json.loads(line)

    def ask(self, message):
        self.child.stdin.write(json.dumps(message) + "\n")
        self.child.stdin.flush()
        return self.read()


def suggest(trial, dimensions):
    """Define by run: only dimensions that are active, parents first. Ordered values are categories, as users of NAC have
    declared them in Optuna."""
    point, index = {}, {}
    for d in dimensions:
        name = d["name"]
        if any(index.get(c["parent"]) not in c["values"] for c in d["conditions"]):
            continue
        if d["kind"] == "number":
            point[name] = trial.suggest_float(name, d["low"], d["high"], log=d["log"])
        elif d["kind"] == "integer":
            point[name] = trial.suggest_int(name, int(d["low"]), int(d["high"]), step=int(d["step"]))
        else:
            index[name] = trial.suggest_categorical(name, list(range(len(d["choices"]))))
            point[name] = d["choices"][index[name]] if d["kind"] == "choice" else index[name]
    return point


def run(problem, sampler, trials):
    study = optuna.create_study(directions=["minimize"] * problem.shape["objectives"], sampler=sampler)
    spent = []
    for _ in range(trials):
        begin = time.process_time()
        trial = study.ask()
        point = suggest(trial, problem.shape["dimensions"])
        taken = time.process_time() - begin
        objectives = problem.ask(point)["objectives"]
        begin = time.process_time()
        study.tell(trial, objectives)
        spent.append(taken + time.process_time() - begin)
    last = spent[-max(20, trials // 10):]
    return {**problem.ask({"end": True}), "trials": trials, "exhausted": False, "seconds": sum(spent),
            "ask_tell_ms": 1e3 * sum(last) / len(last)}


def main(driver, name, sampler, parameters, seeds, trials, budgets):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    if sampler not in SAMPLERS:
        sys.exit(f"no sampler '{sampler}' here; there are: {' '.join(SAMPLERS)}")
    problem = Problem(driver, name, json.loads(budgets))
    for seed in json.loads(seeds):
        made = SAMPLERS[sampler](seed=seed, **json.loads(parameters))
        print(json.dumps({**run(problem, made, int(trials)), "problem": name, "seed": seed,
                          "optuna": optuna.__version__}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
