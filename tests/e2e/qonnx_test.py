# SPDX-License-Identifier: Apache-2.0
"""A quantized network through `nac export`: both layouts pass the onnx checker and compute the same."""
import pathlib
import subprocess
import sys
import unittest

import program
from program import Case, SOURCE, nac

try:
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    onnx = None


def training_form(path, quantized=True):
    """Conv, BatchNormalization, Relu, Gemm as a compression pass leaves them, with a learned scale."""
    random = np.random.default_rng(7)
    initializers, nodes = [], []

    def value(name, data):
        initializers.append(numpy_helper.from_array(np.asarray(data, np.float32), name))
        return name

    def node(op, inputs, output, domain="", **attributes):
        nodes.append(helper.make_node(op, inputs, [output], output, domain=domain, **attributes))
        return output

    def quant(x, scale, bits, output, **attributes):
        if not quantized:
            return x
        operands = [value(f"{output}.z", [0]), value(f"{output}.b", [bits])]
        return node("Quant", [x, scale, *operands], output, "qonnx.custom_op.general", **attributes)

    x = quant("image", value("s", [2.0**-5]), 8, "xq", signed=1, narrow=0, rounding_mode="ROUND")
    steps = value("ws", np.exp2([[[[-8]]], [[[-7]]], [[[-9]]]]))
    w = quant(value("c.weight", random.normal(0, 0.3, (3, 2, 3, 3))), steps, 8, "wq", signed=1, narrow=1,
              rounding_mode="ROUND")
    y = node("Conv", [x, w, value("c.bias", random.normal(0, 0.3, 3))], "y")
    y = node("BatchNormalization", [y, value("g", [1.5, 0.5, -1]), value("o", [0.1, 0.2, 0.3]),
                                    value("m", [0.3, -0.2, 0]), value("v", [0.7, 1.2, 2.0])], "n")
    y = node("Relu", [y], "r")
    if quantized:
        node("PowerOfTwo", [value("t", [-4.3])], "learned", "org.nac")
    y = quant(y, "learned", 8, "yq", signed=0, narrow=0, rounding_mode="AP_RND")
    y = node("Flatten", [node("MaxPool", [y], "p", kernel_shape=[2, 2], strides=[2, 2])], "f")
    w = quant(value("d.weight", random.normal(0, 0.3, (4, 12))), value("ds", [2.0**-7]), 8, "dq", signed=1, narrow=1,
              rounding_mode="ROUND")
    node("Gemm", [y, w, value("d.bias", random.normal(0, 0.3, 4))], "scores", transB=1)
    info = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "g", [info("image", ["N", 2, 6, 6])], [info("scores", ["N", 4])], initializers)
    domains = [("", 13), ("qonnx.custom_op.general", 1), ("org.nac", 1)]
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(*d) for d in domains])
    model.ir_version = 8
    onnx.save(model, str(path))
    return path


@unittest.skipIf(onnx is None, "python3-onnx is not installed")
class Qonnx(Case):
    def test_both_layouts_are_valid_and_the_same_network(self):
        folder = pathlib.Path(self.path)
        source = training_form(folder / "source.onnx.in")
        nac("export", source, "--qonnx", "--to", folder / "net.0.onnx")
        nac("export", source, "--channels-last", "--to", folder / "net.1.onnx")
        for path in folder.glob("net.*.onnx"):
            model = onnx.load(str(path))
            onnx.checker.check_model(model, full_check=True)
            for node in model.graph.node:
                self.assertIn(node.domain, ["", "qonnx.custom_op.general", "qonnx.custom_op.channels_last"])
                self.assertNotEqual(node.op_type, "BatchNormalization")
        domains = {n.op_type: n.domain for n in model.graph.node}
        self.assertEqual(domains["Conv"], "qonnx.custom_op.channels_last")
        script = SOURCE / "tests" / "unit" / "graph" / "compare_qonnx.py"
        done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("ok net"), 2)
        # What was exported can be exported again: it is deployed already.
        nac("export", folder / "net.1.onnx", "--qonnx", "--to", folder / "net.2.onnx")
        done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.stdout.count("ok net"), 3, done.stdout + done.stderr)

    def test_what_cannot_be_exported_is_said(self):
        folder = pathlib.Path(self.path)
        source = training_form(folder / "float.onnx", quantized=False)
        self.assertIn("has no quantizers", nac("export", source, "--qonnx", code=2)[1])
        self.assertIn("is a file already", nac("export", source, code=2)[1])
        self.assertIn("number of a trial", nac("export", folder, code=2)[1])
        self.assertIn("nothing.onnx", nac("export", folder / "nothing.onnx", "--qonnx", code=1)[1])


program.main()
