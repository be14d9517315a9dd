# SPDX-License-Identifier: Apache-2.0
"""The choice of the training engine through the program: what the fused engine covers never needs LibTorch."""
import program
from program import Case, manifest, nac, trials

# A place where there is no LibTorch engine: whoever loads it fails.
WITHOUT = {"NAC_ENGINE_PATH": "/nonexistent/libnac-torch.so"}


class Engines(Case):
    def study(self, name, *settings, code=0):
        path = self.path / name
        path.mkdir()
        arguments = ["run", manifest(path), "--set", f"experiment.study={path / 'study'}"]
        for setting in settings:
            arguments += ["--set", setting]
        out, err = nac(*arguments, code=code, cwd=path, env=WITHOUT)
        return path / "study", out + err

    def test_a_search_trains_without_libtorch(self):
        auto, text = self.study("auto")
        self.assertIn("training engine: fused", text)
        fused, _ = self.study("fused", "experiment.engine=fused")
        self.assertEqual(trials(auto), trials(fused))
        self.assertGreater(max(row["metrics"].get("accuracy", 0) for row in trials(auto)), 0.3)

    def test_libtorch_is_taken_where_it_was_chosen(self):
        _, text = self.study("torch", "experiment.engine=torch", code=1)
        self.assertIn("/nonexistent/libnac-torch.so", text)

    def test_a_device_that_the_fused_engine_has_not_is_refused(self):
        out, err = nac("validate", manifest(self.path), "--set", "experiment.engine=fused", "--set",
                       "experiment.device=cuda", code=2)
        self.assertIn("cuda", out + err)


program.main()
