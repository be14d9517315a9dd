# SPDX-License-Identifier: Apache-2.0
"""The command line: help, exit codes, errors that say what to do, and what is not loaded."""
import json
import re
import subprocess

import program
from program import Case, nac, manifest


class Commands(Case):
    def test_help_names_every_command_and_each_has_help(self):
        out, _ = nac("--help")
        names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", out, re.M)
        self.assertGreaterEqual(len(names), 12)
        for name in names:
            text, _ = nac(*name.split(), "--help")
            self.assertIn("Usage: nac " + name, text)
            self.assertIn("Examples:", text)

    def test_wrong_usage_ends_with_2_and_the_nearest_name(self):
        self.assertIn("run", nac("rum", code=2)[1])
        self.assertIn("--json", nac("plugin", "list", "--jsno", code=2)[1])
        self.assertIn("see nac task show --help", nac("task", "show", "jets", "--data", code=2)[1])
        self.assertIn("usage", nac("run", code=2)[1])
        self.assertIn("expected one of", nac("plugin", code=2)[1])
        self.assertIn("jets", nac("task", "show", "jest", code=2)[1])
        nac(code=2)

    def test_missing_files_are_named(self):
        self.assertIn("nothing.toml", nac("run", "nothing.toml", code=1)[1])
        self.assertIn("nothing.onnx", nac("evaluate", "nothing.onnx", code=1)[1])
        nac("resume", self.path, code=2)

    def test_validate_reports_every_problem_with_its_place(self):
        path = manifest(self.path)
        path.write_text(path.read_text().replace("trials =", "trails =").replace("epochs", "epoch").replace(
            'plugin = "jets"', 'plugin = "jest"'))
        out, _ = nac("validate", path, code=2)
        self.assertEqual(len(re.findall(r"^.*small\.toml:\d+:\d+: ", out, re.M)), 3, out)
        for nearest in ["trials", "epochs", "jets"]:
            self.assertIn(f"did you mean '{nearest}'", out)
        nac("run", path, code=2)
        self.assertIn("is valid", nac("validate", manifest(self.path))[0])

    def test_parameters_of_plugins_are_checked(self):
        path = manifest(self.path)
        for setting, expected in [("task.constituents=0", "constituents"), ("task.constitunts=3", "constituents"),
                                  ("search.population=-3", "population"),
                                  ("experiment.engine=quick", "auto, fused or torch"), ("task.scaling=huge", "robust"),
                                  ('search.objectives=["acuracy"]', "accuracy")]:
            out, _ = nac("validate", path, "--set", setting, code=2)
            self.assertIn(expected, out)

    def test_damaged_models_are_refused(self):
        path = self.path / "bad.onnx"
        for content in [b"", b"not a model", bytes(range(256)) * 40]:
            path.write_bytes(content)
            self.assertIn("bad.onnx", nac("evaluate", path, code=1)[1])

    def test_doctor_names_both_engines(self):
        found = json.loads(nac("doctor", "--json")[0])
        self.assertEqual([engine.split()[0] for engine in found["engines"]], ["fused", "torch"])
        self.assertIn("cpu", found["devices"])

    def test_lists_are_json_on_request(self):
        plugins = json.loads(nac("plugin", "list", "--json")[0])["plugins"]
        ids = [p["id"].rsplit(".", 1)[-1] for p in plugins]
        self.assertEqual(sorted(set(ids) & {"aging", "bragg", "grid", "jets", "nsga2", "tpe", "random"}),
                         ["aging", "bragg", "grid", "jets", "nsga2", "random", "tpe"])
        space = json.loads(nac("space", "bragg", "--json")[0])
        self.assertGreater(len(space["dimensions"]), 20)
        presets = {p["name"]: p["parameters"] for p in json.loads(nac("task", "show", "bragg", "--json")[0])["presets"]}
        self.assertEqual([presets[n] for n in ["BraggNN", "Large", "Medium", "Small", "Tiny"]],
                         [45274, 92438, 26402, 23788, 23094])
        presets = {p["name"]: p["parameters"] for p in json.loads(nac("task", "show", "jets", "--json")[0])["presets"]}
        self.assertEqual([presets[n] for n in ["Large", "Medium", "Small", "Tiny"]], [7535, 2813, 815, 573])

    def test_lists_start_without_libtorch(self):
        for arguments in [["--help"], ["plugin", "list"], ["space", "jets"]]:
            done = subprocess.run([program.PROGRAM, *arguments], capture_output=True, text=True,
                                  env={"LD_DEBUG": "files", "PATH": "/usr/bin"}, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            self.assertIn("libstdc++", done.stderr)
            for heavy in ["libtorch", "libc10", "libopenblas"]:
                self.assertNotIn(heavy, done.stderr)

    def test_completion_is_a_script(self):
        script, _ = nac("completion", "bash")
        done = subprocess.run(["bash", "-c", script + "\nCOMP_WORDS=(nac plu); COMP_CWORD=1; _nac; echo ${COMPREPLY[@]}"],
                              capture_output=True, text=True, timeout=20)
        self.assertEqual(done.stdout.strip(), "plugin")


program.main()
