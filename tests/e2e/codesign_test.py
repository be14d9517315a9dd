# SPDX-License-Identifier: Apache-2.0
"""Bits as a dimension of the search, through the program. Plugins: qat, hls."""
import json
import pathlib
import tempfile
import unittest

import program
from program import nac

SMALL = """[experiment]
name = "codesign"
seed = 3
[task]
plugin = "jets"
samples = 1500
[search]
plugin = "random"
trials = 5
lookahead = 2
presets = ["Tiny"]
objectives = ["accuracy", "hls.lut", "bops"]
train = { epochs = 2, batch_size = 128, learning_rate = 3e-3 }
[search.quantize]
plugin = "qat"
bits = [4, 8]
samples = 500
epochs = 0
[hardware]
part = "vu13p"
presets = ["Tiny"]
vectors = 200
[hardware.search]
reuse_factor = [1, 2]
"""
TIMES = {"seconds", "samples_per_second"}


def trials_of(study):
    report = json.loads((study / "report.json").read_text())
    for trial in report["trials"]:
        for name in TIMES:
            trial.get("metrics", {}).pop(name, None)
    return report["trials"]


class Codesign(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nac-e2e-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = pathlib.Path(cls.folder.name)
        cls.manifest = cls.root / "m.toml"
        cls.manifest.write_text(SMALL)
        cls.study = cls.root / "one"
        cls.out, _ = cls.run_study(cls.study, "search.parallel=1")

    @classmethod
    def run_study(cls, study, *settings, command="run"):
        what = cls.manifest if command == "run" else study
        arguments = [f"experiment.study={study}"] if command == "run" else []
        options = [o for s in [*arguments, *settings] for o in ("--set", s)]
        return nac(command, what, *options, "--quiet")

    def test_metrics_are_those_of_the_stored_integers(self):
        bits = set()
        for trial in trials_of(self.study):
            if trial["state"] != "complete":
                continue
            if not trial.get("preset"):
                bits.add(trial["point"]["qat.bits"])
                self.assertIn(trial["point"]["hls.reuse_factor"], [1, 2])
            out, _ = nac("evaluate", f"{self.study}:{trial['trial']}", "--split", "validation", "--json")
            measured = json.loads(out)
            self.assertEqual(measured["metrics"]["accuracy"], trial["metrics"]["accuracy"])
            self.assertEqual(measured["bops"], trial["metrics"]["bops"])
        self.assertEqual(bits, {4, 8})

    def test_the_search_ends_with_a_proven_project(self):
        proof = "training = integer = C-simulation: 200 vectors, 0 differences"
        self.assertIn(proof, self.out)
        self.assertTrue((self.study / "hardware" / "trial-0" / "nac_synth.json").exists())
        out, _ = nac("synth", f"{self.study}:0", "--output", self.root / "p", "--vectors", 200)
        self.assertIn(proof, out)

    def test_workers_and_resuming_change_nothing(self):
        two = self.root / "two"
        self.run_study(two, "search.parallel=2", "search.trials=3")
        nac("resume", two, "--set", "search.trials=5", "--quiet")
        self.assertEqual(trials_of(two), trials_of(self.study))

    def test_what_cannot_be(self):
        for setting, text in [("search.quantize.epochs=3", "set epochs = 0"),
                              ("search.quantize.bits=[4, 4]", "twice"),
                              ("search.quantize.bits=[1]", "bits"),
                              ("search.quantize.bitz=[4]", "bits"),
                              ("tune.trials=1", "[tune] trains networks in float")]:
            with self.subTest(setting=setting):
                out, _ = nac("validate", self.manifest, "--set", setting, code=2)
                self.assertIn(text, out)
                self.assertIn("1 error", out)
        (self.root / "c.toml").write_text(SMALL + "[[compress]]\nplugin = \"qat\"\n")
        out, _ = nac("validate", self.root / "c.toml", code=2)
        self.assertIn("cannot be quantized again", out)
        _, err = nac("compress", self.study, code=2)
        self.assertRegex(err, "compress")


program.main()
