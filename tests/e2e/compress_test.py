# SPDX-License-Identifier: Apache-2.0
"""Tune, compress and choose through the program: what a user gets, and that a killed run loses nothing."""
import json
import pathlib
import random

import program
from program import Case, nac

SMALL = """[experiment]
name = "compressed"
seed = 3
[task]
plugin = "jets"
samples = 2000
[search]
plugin = "random"
trials = 2
train = { epochs = 2, batch_size = 128, learning_rate = 3e-3 }
presets = ["Tiny"]
[bops]
weight_bits = 8
activation_bits = 8
[tune]
trials = 3
[compression]
presets = ["Tiny"]
trials = []
[[compress]]
plugin = "qat"
bits = [4, 8, 32]
epochs = 2
[[compress]]
plugin = "prune"
fraction = 0.4
iterations = 2
epochs = 1
[choose]
rule = "lexi"
delta = 0.5
seeds = 2
"""
TIMED = {"seconds", "samples_per_second"}


def without_times(value):
    """A part of a report without what depends on time."""
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in TIMED}
    return [without_times(v) for v in value] if isinstance(value, list) else value


class Compress(Case):
    def manifest(self):
        path = pathlib.Path(self.path) / "compressed.toml"
        path.write_text(SMALL)
        return path

    def run_study(self, name, *options):
        out, _ = nac("run", self.manifest(), "--set", f"experiment.study={self.path / name}", "--quiet", *options)
        return json.loads((self.path / name / "report.json").read_text()), out

    def test_a_run_ends_with_a_chosen_network(self):
        report, _ = self.run_study("s")
        chains = {c["bits"]: c["points"] for c in report["compress"][0]["chains"]}
        self.assertEqual(sorted(chains), [4, 8, 32])
        for points in chains.values():
            self.assertEqual([p["position"] for p in points], list(range(len(points))))
            sparsity = [p["metrics"]["sparsity"] for p in points if p["state"] == "measured"]
            self.assertEqual(sparsity, sorted(sparsity))
            self.assertGreater(sparsity[-1], 0.6)
        bops = {bits: points[0]["metrics"]["bops"] for bits, points in chains.items()}
        self.assertLess(bops[4], bops[8])
        self.assertLess(bops[8], bops[32])
        self.assertEqual(len(report["tune"][0]["recipes"]), 3)
        choice = report["choose"]
        self.assertIsNotNone(choice["step"])
        for name in ["compress.csv", "tune.csv", "report.html"]:
            self.assertGreater((self.path / "s" / name).stat().st_size, 100)
        self.assertGreaterEqual((self.path / "s" / "report.html").read_text().count("<svg"), 4)
        # What was chosen is a file that scores as the study says, to the last digit.
        chosen = json.loads(nac("evaluate", self.path / "s" / "models" / "chosen.onnx", "--json")[0])
        point = next(p for p in chains[choice["step"]["chain"]["bits"]] if p["position"] == choice["step"]["position"])
        self.assertEqual(chosen["metrics"]["accuracy"], point["metrics"]["accuracy"])
        again = json.loads(nac("evaluate", f"{self.path / 's'}:chosen", "--json")[0])
        self.assertEqual(again["metrics"], chosen["metrics"])

    def test_killed_at_any_moment_it_resumes_to_the_same_rows(self):
        (whole, _), seconds = program.timed(lambda: self.run_study("whole", "--set", "search.parallel=2"))
        study = self.path / "killed"
        command = [program.PROGRAM, "run", self.manifest(), "--set", f"experiment.study={study}", "--set",
                   "compression.parallel=1", "--quiet"]
        kills = program.run_killed(command, random.Random(17), seconds, 200)
        self.assertGreater(kills, 0)
        killed = json.loads((study / "report.json").read_text())
        for part in ["trials", "tune", "compress", "choose"]:
            self.assertEqual(without_times(killed[part]), without_times(whole[part]), part)

    def test_the_stages_run_alone_and_say_what_they_lack(self):
        study = self.path / "alone"
        only = SMALL[:SMALL.index("[tune]")]
        path = self.path / "search.toml"
        path.write_text(only)
        nac("run", path, "--set", f"experiment.study={study}", "--quiet")
        out, _ = nac("choose", study, code=1)
        self.assertIn("no network is compressed", out)
        _, err = nac("compress", study, code=2)
        self.assertIn("[[compress]]", err)
        out, _ = nac("validate", self.manifest(), "--set", "tune.learning_rat=3", code=2)
        self.assertIn("did you mean 'learning_rate'", out)


program.main()
