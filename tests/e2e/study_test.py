# SPDX-License-Identifier: Apache-2.0
"""A whole study through the program: files, determinism, resume, evaluate, export, report."""
import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import time

import program
from program import Case, nac, manifest, trials


class Study(Case):
    def run_study(self, name, *options, search="nsga2"):
        nac("run", manifest(self.path, search), "--set", f"experiment.study={self.path / name}", "--quiet", *options)
        return self.path / name

    @staticmethod
    def trial_count(study):
        """Trials in a study that another process is writing; 0 as long as there is none."""
        if not (study / "study.sqlite").exists():
            return 0
        with contextlib.closing(sqlite3.connect(study / "study.sqlite", timeout=5)) as database:
            return database.execute("select count(*) from trials").fetchone()[0]

    def test_leaves_everything_a_user_needs(self):
        out, _ = nac("run", manifest(self.path), "--set", f"experiment.study={self.path / 's'}")
        self.assertIn("Pareto front", out)
        self.assertIn("nac evaluate", out)
        study = self.path / "s"
        for name in ["report.html", "front.csv", "trials.csv", "report.json", "study.sqlite"]:
            self.assertGreater((study / name).stat().st_size, 100, name)
        html = (study / "report.html").read_text()
        self.assertIn("<svg", html)
        for outside in ["http://", "https://", "src=", "@import"]:
            self.assertNotIn(outside, html.replace("http://www.w3.org", ""), "the page must work offline")
        report = json.loads((study / "report.json").read_text())
        models = sorted(p.name for p in (study / "models").iterdir())
        self.assertEqual(models, sorted(f"{t}.onnx" for t in report["front"]))

    def test_equal_seeds_give_equal_trials_whatever_the_number_of_workers(self):
        one = trials(self.run_study("one", "--set", "search.parallel=1"))
        two = trials(self.run_study("two", "--set", "search.parallel=2"))
        self.assertEqual(one, two)
        other = trials(self.run_study("other", "--set", "experiment.seed=4"))
        self.assertNotEqual(one, other)

    def test_tpe_and_random_run_too(self):
        for search in ["tpe", "random"]:
            rows = trials(self.run_study(search, search=search))
            self.assertEqual(len(rows), 9)
            self.assertTrue(all(r["state"] == "complete" for r in rows), rows)

    def test_killed_at_any_moment_it_resumes_to_the_same_trials(self):
        whole, seconds = program.timed(lambda: trials(self.run_study("whole")))
        rng = random.Random(11)
        study = self.path / "killed"
        command = [program.PROGRAM, "run", manifest(self.path), "--set", f"experiment.study={study}", "--quiet"]
        kills = program.run_killed(command, rng, seconds, 120)
        self.assertGreater(kills, 0)
        self.assertEqual(trials(study), whole)

    def test_interrupt_prints_how_to_resume(self):
        study = self.path / "s"
        child = subprocess.Popen([program.PROGRAM, "run", manifest(self.path, trials=400), "--set",
                                  f"experiment.study={study}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.time() + 60
        while not self.trial_count(study) and time.time() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 1, err)
        self.assertIn(f"nac resume {study}", out)

    def test_resume_extends_a_study(self):
        study = self.run_study("s")
        nac("resume", study, "--set", "search.trials=12", "--quiet")
        self.assertEqual(len(trials(study)), 13)

    def test_a_second_writer_is_refused(self):
        study = self.path / "s"
        child = subprocess.Popen([program.PROGRAM, "run", manifest(self.path, trials=400), "--set",
                                  f"experiment.study={study}", "--quiet"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        try:
            deadline = time.time() + 60
            while not (study / "study.sqlite").exists() and time.time() < deadline:
                time.sleep(0.05)
            _, err = nac("resume", study, code=1)
            self.assertIn(str(child.pid), err)
        finally:
            child.kill()
            child.wait()

    def test_another_experiment_does_not_continue_the_study(self):
        study = self.run_study("s")
        _, err = nac("run", manifest(self.path), "--set", f"experiment.study={study}", "--set", "experiment.seed=9",
                     code=1)
        self.assertIn("seed", err)

    def test_models_score_the_same_outside_the_study(self):
        study = self.run_study("s")
        front = {row["trial"]: row for row in trials(study)}
        for path in (study / "models").iterdir():
            scored = json.loads(nac("evaluate", path, "--json")[0])
            row = front[int(path.stem)]
            self.assertAlmostEqual(scored["metrics"]["accuracy"], row["metrics"]["accuracy"], places=6)
            self.assertEqual(scored["parameters"], row["metrics"]["parameters"])
            self.assertAlmostEqual(scored["bops"], row["metrics"]["bops"], delta=1e-6 * scored["bops"])
        stored = json.loads(nac("evaluate", f"{study}:0", "--json")[0])
        self.assertAlmostEqual(stored["metrics"]["accuracy"], front[0]["metrics"]["accuracy"], places=6)
        nac("export", study, 0, "--to", self.path / "m.onnx")
        self.assertGreater((self.path / "m.onnx").stat().st_size, 1000)

    def test_models_pass_the_onnx_checker(self):
        try:
            import onnx
        except ImportError:
            self.skipTest("python3-onnx is not installed")
        study = self.run_study("s")
        for path in (study / "models").iterdir():
            onnx.checker.check_model(onnx.load(str(path)), full_check=True)

    def test_report_can_be_written_again(self):
        study = self.run_study("s")
        before = (study / "front.csv").read_bytes()
        nac("report", study, "--to", self.path / "again")
        self.assertEqual((self.path / "again" / "front.csv").read_bytes(), before)


program.main()
