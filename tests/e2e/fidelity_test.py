# SPDX-License-Identifier: Apache-2.0
"""Rungs, seeds and the confirmed front through the program: synthetic jets, few epochs, the real engine."""
import csv
import json
import pathlib
import random
import statistics

import program
from program import Case, nac, manifest, trials

RUNGS = ["--set", "search.train.epochs=9", "--set", 'search.fidelity={kind="asha",eta=2,grace=0.1}',
         "--set", "search.trials=14"]


class Fidelity(Case):
    def run_study(self, name, *options):
        out, err = nac("run", manifest(self.path), "--set", f"experiment.study={self.path / name}", *options)
        return self.path / name, out + err

    def report(self, study):
        return json.loads((pathlib.Path(study) / "report.json").read_text())

    def test_rungs_stop_trials_and_say_so(self):
        study, text = self.run_study("s", *RUNGS)
        self.assertIn("asha at epoch 1, 2, 4, 8 of 9", text)
        self.assertRegex(text, r"\d+ stopped early; \d+ % of the epochs saved \(\d+ of \d+\)")
        report = self.report(study)
        rows = report["trials"]
        stopped = [r for r in rows if r["state"] == "stopped" and "duplicate_of" not in r]
        self.assertGreater(len(stopped), 2)
        for row in stopped:
            self.assertRegex(row["reason"], r"^rung \d at epoch \d: rank \d+ of \d+ in its cost class")
            self.assertLess(row["metrics"]["epochs"], 9)
            self.assertIn("model", row)
            self.assertEqual(row["rungs"][-1]["decision"], "stop")
        self.assertEqual(rows[0]["state"], "complete")  # the preset
        self.assertEqual(report["fidelity"]["stopped"], len(stopped))
        full = report["fidelity"]["trained"] + report["fidelity"]["saved"]
        self.assertAlmostEqual(report["fidelity"]["saved_share"], report["fidelity"]["saved"] / full)
        # Nothing but models is left.
        models = {r["model"] for r in rows if "model" in r}
        self.assertEqual({p.name for p in (study / "artifacts").iterdir()}, models)
        stored = json.loads(nac("evaluate", f"{study}:{stopped[0]['trial']}", "--json")[0])
        self.assertAlmostEqual(stored["metrics"]["accuracy"], stopped[0]["metrics"]["accuracy"], places=6)
        self.assertIn("Rungs", (study / "report.html").read_text())

    def test_workers_change_nothing_and_median_runs_too(self):
        for kind in ["asha", "median"]:
            options = [*RUNGS, "--set", f"search.fidelity.kind={kind}", "--quiet"]
            one, _ = self.run_study(kind + "1", *options, "--set", "search.parallel=1")
            two, _ = self.run_study(kind + "2", *options, "--set", "search.parallel=2")
            self.assertEqual(trials(one), trials(two))

    def test_survivors_are_what_uninterrupted_training_gives(self):
        plain, _ = self.run_study("plain", "--set", "search.train.epochs=9", "--set", "search.trials=1", "--quiet")
        rungs, _ = self.run_study("rungs", *RUNGS, "--set", "search.fidelity.eta=3", "--set", "search.trials=1", "--quiet")
        for a, b in zip(trials(plain), trials(rungs)):
            self.assertEqual(b["state"], "complete")
            self.assertEqual([r["epoch"] for r in b.pop("rungs")], [1, 3])
            self.assertEqual(a, b)  # down to the hash of the model

    def test_killed_at_any_moment_it_resumes_to_the_same_trials(self):
        options = [*RUNGS, "--set", "search.repeats=2", "--set", "select.confirm=3", "--set", "search.trials=8"]
        (whole, _), seconds = program.timed(lambda: self.run_study("whole", *options, "--quiet"))
        rng = random.Random(5)
        study = self.path / "killed"
        command = [program.PROGRAM, "run", manifest(self.path), "--set", f"experiment.study={study}", *options, "--quiet"]
        kills = program.run_killed(command, rng, seconds, 200)
        self.assertGreater(kills, 0)
        self.assertEqual(trials(study), trials(whole))

    def test_the_confirmed_front_has_means(self):
        study, text = self.run_study("s", "--set", "select.confirm=3")
        self.assertIn("confirm: every member of the front with 3 seeds", text)
        self.assertIn("\u00b1", text)
        report = self.report(study)
        for number in report["front"]:
            row = report["trials"][number]
            values = [r["metrics"]["accuracy"] for r in row["results"]]
            self.assertEqual(row["seeds"], 3)
            self.assertEqual(len(values), 2)  # beside the trial's own
            first = json.loads(nac("evaluate", f"{study}:{number}", "--json")[0])["metrics"]["accuracy"]
            self.assertAlmostEqual(row["metrics"]["accuracy"], statistics.mean([first, *values]), places=6)
            self.assertAlmostEqual(row["sd"]["accuracy"], statistics.stdev([first, *values]), places=6)
        with open(study / "front.csv", newline="") as file:
            lines = list(csv.DictReader(file))
        self.assertEqual({line["seeds"] for line in lines}, {"3"})
        self.assertGreater(max(float(line["accuracy_sd"]) for line in lines), 0)
        for entry in report["classes"]:
            if "trial" in entry:
                self.assertIn("accuracy", entry["test_sd"])

    def test_validate_names_the_place(self):
        path = manifest(self.path)
        path.write_text(path.read_text().replace("trials =", "repaets = 2\ntrials =") +
                        '[search.fidelity]\nkind = "ashia"\ngarce = 0.2\n')
        out, _ = nac("validate", path, code=2)
        self.assertRegex(out, r"small\.toml:\d+:\d+: 'search\.fidelity\.kind' must be none, asha or median")
        for nearest in ["asha", "grace", "repeats"]:
            self.assertIn(f"did you mean '{nearest}'", out)


program.main()
