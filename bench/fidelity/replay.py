#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What do rungs save, and what do they cost of the front?

replay.py compare BASE STUDY...   hypervolume (first metric, log10 of the BOPs; the box below) and epochs of studies
                                  that ran, relative to BASE, which trained everything to the end
replay.py rules STUDY...          which trials of a study without rungs each rule would have ended, and what that would
                                  have saved and lost; the search itself stays as it went
Studies are those of `nac run examples/jets-pythia.toml --set search.trials=30 --set experiment.seed=S
--set experiment.study=FOLDER`, with and without --set 'search.fidelity={kind="asha"}'.
"""
import json
import math
import pathlib
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from front_area import hypervolume  # noqa: E402

REFERENCE = (-0.3, 7.0)  # accuracy 0.3, 10^7 BOPs


def dominates(a, b):
    return all(x <= y for x, y in zip(a, b)) and a != b


def compare(base, studies):
    def read(study):
        report = json.loads((pathlib.Path(study) / "report.json").read_text())
        name = report["objectives"][0]["name"]
        rows = [t for t in report["trials"] if t["state"] in ("complete", "stopped") and "duplicate_of" not in t]
        points = [(-t["metrics"][name] * report["objectives"][0]["direction"], math.log10(max(1, t["metrics"]["bops"])))
                  for t in rows]
        return hypervolume(points, REFERENCE), report["fidelity"]
    whole, plain = read(base)
    print(f"{base}: hypervolume {whole:.4f}, {plain['trained']:.0f} epochs")
    for study in studies:
        volume, fidelity = read(study)
        print(f"{study}: {fidelity['kind']}, hypervolume {volume:.4f} = {volume / whole:.4f} of that, "
              f"{fidelity['trained']:.0f} epochs ({100 * (1 - fidelity['trained'] / plain['trained']):.0f} % fewer)")


def load(study):
    file = pathlib.Path(study) / "study.sqlite"
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    trials = {n: {"state": s, "dup": d, "preset": p, "epochs": [], "metrics": {}}
              for n, s, d, p in database.execute("select number, state, duplicate_of, preset from trials")}
    for n, name, value in database.execute("select trial, name, value from metrics"):
        trials[n]["metrics"][name] = value
    for n, loss, metric in database.execute(
            "select e.trial, e.validation_loss, m.value from epochs e join epoch_metrics m on m.trial = e.trial and "
            "m.epoch = e.epoch and m.position = 0 order by e.trial, e.epoch"):
        trials[n]["epochs"].append((loss, metric))
    return {n: t for n, t in sorted(trials.items()) if t["dup"] < 0 and t["epochs"] and t["state"] == "complete"}


def reached(trial, epoch):
    """What the trial would be worth if it ended there: the metric in the epoch of the least loss, to be minimized."""
    return -min(trial["epochs"][:epoch], key=lambda e: e[0])[1]


def order(points):
    """As pareto_order of framework/pipeline/fidelity."""
    left, ranked = list(range(len(points))), []
    while left:
        front = [i for i in left if not any(dominates(points[j], points[i]) or (points[j] == points[i] and j < i)
                                            for j in left)]
        distance = dict.fromkeys(front, 0.0)
        for o in range(2):
            line = sorted(front, key=lambda i: points[i][o])
            extent = points[line[-1]][o] - points[line[0]][o]
            distance[line[0]] = distance[line[-1]] = math.inf
            for k in range(1, len(line) - 1):
                if extent > 0:
                    distance[line[k]] += (points[line[k + 1]][o] - points[line[k - 1]][o]) / extent
        ranked += sorted(front, key=lambda i: -distance[i])
        left = [i for i in left if i not in front]
    return ranked


def replay(trials, planned, eta, rule):
    rungs, epoch = [], max(1, math.ceil(0.1 * planned - 1e-9))
    while epoch < planned:
        rungs.append(epoch)
        epoch *= eta
    half_decade = lambda cost: math.floor(2 * math.log10(max(1, cost)))
    at_rung, stopped = [[] for _ in rungs], {}
    for n, trial in trials.items():
        length = len(trial["epochs"])
        for earlier, rung in zip(at_rung, rungs):
            own = (reached(trial, min(rung, length)), trial["metrics"]["bops"])
            peers = [p for p in earlier if half_decade(p[1]) == half_decade(own[1])]
            free = not any(dominates(p, own) for p in earlier)
            earlier.append(own)
            if length <= rung or trial["preset"] or len(peers) + 1 < eta:
                continue
            if rule == "median":
                values, half = sorted(p[0] for p in peers), len(peers) // 2
                go_on = own[0] <= (values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2)
            else:
                go_on = (order(peers + [own]).index(len(peers)) + 1) * eta <= len(peers) + 1
                go_on = go_on or (rule == "asha" and free)
            if not go_on:
                stopped[n] = rung
                break
    point = lambda t, value: (value, math.log10(max(1, t["metrics"]["bops"])))
    whole = [point(t, reached(t, planned)) for t in trials.values()]
    left = [point(t, reached(t, stopped.get(n, planned))) for n, t in trials.items()]
    full = sum(len(t["epochs"]) for t in trials.values())
    saved = sum(len(trials[n]["epochs"]) - rung for n, rung in stopped.items())
    return len(stopped), saved / full, hypervolume(left, REFERENCE) / hypervolume(whole, REFERENCE)


def rules(studies):
    for study in studies:
        trials = load(study)
        planned = max(len(t["epochs"]) for t in trials.values())
        print(f"{study}: {len(trials)} trials")
        for eta in (2, 3, 4):
            for rule in ("1/eta only", "asha", "median"):
                count, saved, share = replay(trials, planned, eta, rule)
                print(f"  eta {eta}  {rule:10}  stopped {count:3}  epochs saved {100 * saved:4.1f} %  "
                      f"hypervolume kept {share:.4f}")


if __name__ == "__main__":
    if len(sys.argv) >= 3 and sys.argv[1] == "compare":
        compare(sys.argv[2], sys.argv[3:])
    elif len(sys.argv) >= 3 and sys.argv[1] == "rules":
        rules(sys.argv[2:])
    else:
        sys.exit(__doc__)
