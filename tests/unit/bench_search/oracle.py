# SPDX-License-Identifier: Apache-2.0
"""Objectives of the reference definitions: lines {"problem": name, "point": {...}} in, JSON arrays out.

Usage: oracle.py FILE   with FILE the reference problems.py. Points are as bench_search_drive --serve states them.
"""
import importlib.util
import json
import sys

spec = importlib.util.spec_from_file_location("problems", sys.argv[1])
problems = importlib.util.module_from_spec(spec)
spec.loader.exec_module(problems)


def ours(reference):
    """The reference's name of a braggtoy dimension in our spelling."""
    return "proj" if reference == "Proj" else reference


def mixcond(point):
    batches, opts = [64, 128, 256, 512, 1024], ["adam", "sgd", "rmsprop"]
    scheds = ["none", "step", "cosine", "exp"]

    def category(name, choices):
        assert choices == {"batch": batches, "opt": opts, "sched": scheds}[name]
        return choices[int(point[name])]
    return [problems.mixcond(lambda name, *_: point[name], lambda name, *_: point[name], category)]


def evaluate(name, point):
    if name.startswith("zdt"):
        return problems._zdt(int(name[3:]), [point[f"x{i}"] for i in range(problems.NV[name])])
    if name == "dtlz2_3":
        return problems.dtlz2([point[f"x{i}"] for i in range(12)])
    if name == "nascat":
        return problems.nascat([int(point[f"layer{i}"]) for i in range(12)])
    if name == "braggtoy":
        return problems.braggtoy(lambda key, choices: choices[int(point[ours(key)])])
    if name == "branin":
        return [problems.branin(point["x"], point["y"])]
    if name == "hartmann6":
        return [problems.hartmann6([point[f"x{i}"] for i in range(6)])]
    if name == "rosen5":
        return [problems.rosen([point[f"x{i}"] for i in range(5)])]
    return mixcond(point)


for line in sys.stdin:
    query = json.loads(line)
    print(json.dumps(evaluate(query["problem"], query["point"])))
