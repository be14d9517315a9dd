# SPDX-License-Identifier: Apache-2.0
"""Hardware through the program: a run that ends with a proven project, nac synth, and what goes wrong. Plugin: hls."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import pathlib
import unittest

import program
from program import nac

SMALL = """[experiment]
name = "hardware"
seed = 3
[task]
plugin = "jets"
samples = 2000
[search]
plugin = "random"
trials = 3
train = { epochs = 2, batch_size = 128, learning_rate = 3e-3 }
presets = ["Tiny"]
objectives = ["accuracy", "hls.lut"]
[compression]
presets = ["Tiny"]
trials = []
[[compress]]
plugin = "qat"
bits = [6]
epochs = 2
[choose]
rule = "lexi"
delta = 0.9
seeds = 1
[hardware]
part = "vu13p"
vectors = 400
[hardware.search]
reuse_factor = [1, 2]
[[hardware.published]]
network = "chosen"
source = "a paper, Table 4"
lut = 50000
interval = [1, 2]
"""
PROOF = "training = integer = C-simulation: {} vectors, 0 differences"


class Synth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nac-e2e-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = pathlib.Path(cls.folder.name)
        cls.manifest = cls.root / "hardware.toml"
        cls.manifest.write_text(SMALL)
        cls.study = cls.root / "s"
        cls.out, _ = nac("run", cls.manifest, "--set", f"experiment.study={cls.study}", "--quiet")

    def setUp(self):
        self.path = pathlib.Path(tempfile.mkdtemp(dir=self.root))

    def test_a_run_ends_with_a_proven_project(self):
        project = self.study / "hardware" / "chosen"
        self.assertIn(PROOF.format(400), self.out)
        record = json.loads((project / "nac_synth.json").read_text())
        self.assertEqual((record["vectors"], record["differences"]), (400, 0))
        self.assertTrue(any(project.rglob("*.tcl")) and any(project.rglob("*.cpp")))
        report = json.loads((self.study / "report.json").read_text())
        self.assertEqual([row["name"] for row in report["hardware"]], ["chosen"])
        self.assertIn("<h2>Hardware</h2>", (self.study / "report.html").read_text())
        self.assertGreater((self.study / "hardware.csv").stat().st_size, 100)
        for trial in report["trials"]:
            if trial["state"] == "complete":
                self.assertGreater(trial["metrics"]["hls.lut"], 0)
                if not trial.get("preset"):
                    self.assertIn(trial["point"]["hls.reuse_factor"], [1, 2])
        # Nothing is built twice.
        before = (project / "nac_synth.json").stat().st_mtime_ns
        out, _ = nac("resume", self.study, "--quiet")
        self.assertIn(PROOF.format(400), out)
        self.assertEqual((project / "nac_synth.json").stat().st_mtime_ns, before)

    def test_published_figures_stand_beside_the_estimates(self):
        report = json.loads((self.study / "report.json").read_text())
        pairs = {pair["quantity"]: pair for pair in report["published"]}
        self.assertEqual(set(pairs), {"lut", "interval"})
        ratio = pairs["lut"]["estimate"] / 50000
        self.assertAlmostEqual(pairs["lut"]["ratio"][0], ratio)
        self.assertEqual(pairs["interval"]["published"], [1, 2])
        again, _ = nac("report", self.study)
        for text in [self.out, again]:
            self.assertIn("Beside a paper, Table 4", text)
            self.assertRegex(text, rf"chosen +lut +[\d,.]+ +[\d,.]+ \.\.\. [\d,.]+ +50,000 +{ratio:.2f}")
        self.assertIn("Beside a paper, Table 4", (self.study / "report.html").read_text())
        self.assertIn(",lut,,", (self.study / "published.csv").read_text())

    def test_synth_proves_and_writes_a_project(self):
        out, _ = nac("synth", f"{self.study}:chosen", "--output", self.path / "p", "--vectors", 700)
        self.assertIn(PROOF.format(700), out)
        self.assertRegex(out, r"lut +[\d,.]+ +[\d,.]+ \.\.\. [\d,.]+")
        self.assertEqual([p.name for p in self.path.iterdir()], ["p"])
        # Again: not over it without --force, and then the same bytes.
        _, err = nac("synth", f"{self.study}:chosen", "--output", self.path / "p", code=2)
        self.assertIn("--force", err)
        first = {p.relative_to(self.path): p.read_bytes() for p in self.path.rglob("*") if p.is_file()}
        nac("synth", self.study, "chosen", "--output", self.path / "p", "--vectors", 700, "--force")
        again = {p.relative_to(self.path): p.read_bytes() for p in self.path.rglob("*") if p.is_file()}
        self.assertEqual({k: v for k, v in first.items() if k.name != "nac_synth.json"},
                         {k: v for k, v in again.items() if k.name != "nac_synth.json"})

    def test_files_give_the_same_network(self):
        hashes = set()
        nac("export", self.study, "chosen", "--qonnx", "--to", self.path / "q.onnx")
        for i, model in enumerate([f"{self.study}:chosen", self.study / "models" / "chosen.onnx"]):
            out, _ = nac("synth", model, "--output", self.path / str(i), "--vectors", 200, "--json")
            hashes.add(json.loads(out)["model_sha256"])
        self.assertEqual(len(hashes), 1)
        # It says which task it is for, so that rows of its data are among the vectors.
        out, err = nac("synth", self.path / "q.onnx", "--output", self.path / "q", "--vectors", 200)
        self.assertIn(PROOF.format(200), out)
        self.assertRegex(out, r"vectors: 200 \(\d+ corners, [1-9]\d* of the data")
        self.assertEqual(err, "")

    def test_both_io_types_and_all_strategies(self):
        for io_type in ["io_parallel", "io_stream"]:
            for strategy in ["latency", "resource", "distributed_arithmetic"]:
                with self.subTest(io_type=io_type, strategy=strategy):
                    out, _ = nac("synth", f"{self.study}:chosen", "--set", f"io_type={io_type}", "--set",
                                 f"strategy={strategy}", "--output", self.path / f"{io_type}-{strategy}", "--vectors",
                                 200)
                    self.assertIn(PROOF.format(200), out)

    def test_the_project_tests_itself(self):
        if shutil.which("g++") is None:
            self.fail("g++ is needed")
        project = self.path / "p"
        nac("synth", f"{self.study}:chosen", "--output", project, "--vectors", 200)
        script = project / "build_lib.sh"
        done = subprocess.run(["bash", str(script)], cwd=project, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_is_wrong_is_said_once(self):
        chosen = f"{self.study}:chosen"
        for arguments, code, text in [
                (["synth", self.study], 2, "is a folder"),
                (["synth"], 2, "an argument is missing"),
                (["synth", chosen, "--backend", "hsl"], 2, "hls"),
                (["synth", chosen, "--set", "reuse_faktor=2"], 2, "reuse_factor"),
                (["synth", chosen, "--vectors", "0"], 2, "--vectors"),
                (["synth", f"{self.study}:0", "--output", self.path / "f"], 2, "has no quantizers"),
                (["synth", chosen, "--study", self.study], 2, "--read-reports"),
                (["synth", "--read-reports", self.path / "none"], 2, "is no folder"),
                (["synth", "--read-reports", self.study], 1, ""),
                (["synth", chosen, "--output", "/proc/nac/p"], 1, "cannot write the project")]:
            with self.subTest(arguments=arguments):
                _, err = nac(*arguments, code=code, cwd=self.path)
                self.assertIn(text, err)
                self.assertEqual(len(re.findall("error:", err)), 1)
        self.assertEqual(list(self.path.iterdir()), [])

    def test_without_the_vendors_tools_the_project_stays(self):
        environment = {"PATH": "/usr/bin:/bin"}
        if any(shutil.which(tool, path=environment["PATH"]) for tool in ["vitis-run", "vitis_hls", "vivado_hls"]):
            self.fail("the vendor's tools stand in /usr/bin: this test needs a PATH without them")
        _, err = nac("synth", f"{self.study}:chosen", "--output", self.path / "p", "--vectors", 200, "--build", code=1,
                     env=environment)
        self.assertRegex(err, "vitis|vivado")
        self.assertTrue((self.path / "p" / "nac_synth.json").exists())

    def test_an_objective_without_hardware_is_one_error(self):
        text = SMALL[:SMALL.index("[hardware]")]
        (self.path / "m.toml").write_text(text)
        out, _ = nac("validate", self.path / "m.toml", code=2)
        self.assertIn("there is no table [hardware]", out)
        self.assertIn("1 error", out)
        self.assertEqual(os.listdir(self.path), ["m.toml"])


program.main()
