# SPDX-License-Identifier: Apache-2.0
"""Oracle for the QONNX tests: runs every model of a folder on random inputs with numpy alone, in double precision, and
compares the outputs of NAME.0.onnx with those of all other NAME.<n>.onnx bit for bit. Prints one line per model; exit
code 1 on any difference, 77 when python3-onnx is absent.

Operators of domain qonnx.custom_op.channels_last do what QONNX does: transpose activations, and the weight of Conv, to
channels first, apply the operator of ONNX, and transpose back."""
import itertools
import math
import pathlib
import sys

try:
    import numpy as np
    import onnx
    from onnx import numpy_helper
except ImportError:
    sys.exit(77)

ROUND = {
    "ROUND": np.round, "FLOOR": np.floor, "CEIL": np.ceil, "DOWN": np.fix,
    "UP": lambda x: np.sign(x) * np.ceil(np.abs(x)),
    "HALF_UP": lambda x: np.sign(x) * np.floor(np.abs(x) + 0.5),
    "HALF_DOWN": lambda x: np.sign(x) * np.ceil(np.abs(x) - 0.5),
    "AP_RND": lambda x: np.floor(x) + (x - np.floor(x) >= 0.5),
}


def quant(x, scale, zero, bits, signed, narrow, rounding_mode, overflow_mode=b"SAT", fit=0):
    assert overflow_mode == b"SAT" and not fit and np.all(zero == 0)
    bits = float(np.asarray(bits).reshape(()))
    high = 2 ** (bits - 1) - 1 if signed else 2 ** bits - 1 - narrow
    low = (-high if narrow else -high - 1) if signed else 0
    return np.clip(ROUND[rounding_mode.decode()](x / scale), low, high) * scale


def windows(x, kernel, strides, pads, fill):
    n = len(kernel)
    width = [(0, 0), (0, 0)] + [(pads[i], pads[n + i]) for i in range(n)]
    x = np.pad(x, width, constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=tuple(range(2, 2 + n)))
    return view[(slice(None), slice(None)) + tuple(slice(None, None, s) for s in strides)]


def conv(x, w, b, kernel_shape, strides, pads, dilations, group):
    assert group == 1 and set(dilations) == {1} and list(w.shape[2:]) == list(kernel_shape)
    n = len(kernel_shape)
    view = windows(x, kernel_shape, strides, pads, 0)
    out = np.tensordot(view, w, axes=([1] + list(range(2 + n, 2 + 2 * n)), [1] + list(range(2, 2 + n))))
    return np.moveaxis(out, -1, 1) + b.reshape((1, -1) + (1,) * n)


def pool(x, how, kernel_shape, strides, pads, fill, **ignored):
    assert all(not v or set(np.atleast_1d(v)) == {1} for k, v in ignored.items() if k != "auto_pad"), ignored
    n = len(kernel_shape)
    return how(windows(x, kernel_shape, strides, pads, fill), axis=tuple(range(-n, 0)))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    # Rounded, because the order of the sum differs between layouts.
    return np.round(e / e.sum(axis, keepdims=True) * 2**40) / 2**40


def gemm(a, b, c=0, transA=0, transB=0, alpha=1.0, beta=1.0):
    return alpha * (a.T if transA else a) @ (b.T if transB else b) + beta * c


def reshape(x, shape):
    return x.reshape([x.shape[i] if d == 0 else d for i, d in enumerate(shape)])


def reduced(how):
    return lambda x, axes, keepdims=1: how(x, axis=tuple(int(a) for a in axes), keepdims=bool(keepdims))


OPS = {
    "Conv": lambda x, w, b, auto_pad=b"NOTSET", **a: conv(x, w, b, **a),
    "MaxPool": lambda x, **a: pool(x, np.max, fill=-np.inf, **a),
    "AveragePool": lambda x, **a: pool(x, np.mean, fill=0, **a),
    "Relu": lambda x: np.maximum(x, 0), "LeakyRelu": lambda x, alpha: np.where(x < 0, x * alpha, x),
    "Identity": lambda x: x, "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide,
    "MatMul": np.matmul, "Erf": lambda x: np.vectorize(math.erf)(x),
    "Gemm": gemm, "Softmax": softmax, "Reshape": reshape, "Quant": quant,
    "Flatten": lambda x, axis=1: x.reshape(x.shape[0], -1),
    "Transpose": lambda x, perm: np.transpose(x, perm),
    "Concat": lambda *x, axis: np.concatenate(x, axis),
    "ReduceSum": lambda x, axes, keepdims=1, noop_with_empty_axes=0: reduced(np.sum)(x, axes, keepdims),
    "ReduceMean": reduced(np.mean),
}


def execute(model, inputs):
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    values = {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in values.items()}
    values.update(inputs)
    shapes = {i.name: [d.dim_value for d in i.type.tensor_type.shape.dim]
              for i in list(model.graph.value_info) + list(model.graph.output)}
    for node in model.graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        arguments = [values[name] for name in node.input]
        if node.domain == "qonnx.custom_op.channels_last":
            turned = 2 if node.op_type == "Conv" else 1
            arguments[:turned] = [np.moveaxis(x, -1, 1) for x in arguments[:turned]]
            result = np.moveaxis(OPS[node.op_type](*arguments, **attributes), 1, -1)
        else:
            result = OPS[node.op_type](*arguments, **attributes)
        first = 1 if shapes[node.output[0]][0] != len(result) else 0  # the batch is written as N or 1
        assert list(result.shape)[first:] == shapes[node.output[0]][first:], (node.output[0], result.shape)
        values[node.output[0]] = result
    return [values[o.name] for o in model.graph.output]


def random_inputs(model, rows):
    random = np.random.default_rng(1)
    inputs = {}
    for i in model.graph.input:
        shape = [rows] + [d.dim_value for d in i.type.tensor_type.shape.dim][1:]
        x = random.normal(0, 1.5, shape)
        # Half of the rows on a grid that has ties for the first quantizer.
        x[::2] = np.round(x[::2] * 128) / 128
        inputs[i.name] = x.astype(np.float32).astype(np.float64)
    return inputs


failed = 0
files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for name, group in itertools.groupby(files, lambda path: path.name.split(".")[0]):
    reference = inputs = None
    for path in group:
        try:
            model = onnx.load(str(path))
            inputs = inputs or random_inputs(model, 16)
            found = execute(model, inputs)
            reference = reference or found
            assert len(found) == len(reference)
            for a, b in zip(found, reference):
                assert a.shape == b.shape and np.array_equal(a, b), f"{np.sum(a != b)} of {a.size} values differ"
            assert any(len(np.unique(a)) > 8 for a in found), "hardly any different values: the test shows nothing"
            print(f"ok {path.name}")
        except Exception as error:  # report all of them
            failed += 1
            print(f"FAILED {path.name}: {type(error).__name__} {error}")
sys.exit(1 if failed else 0)
