# SPDX-License-Identifier: Apache-2.0
"""Oracle for the ONNX tests: checks every model of a folder with the onnx checker, and the recorded shapes against
onnx's own shape inference on the model without them. Prints one line per model; exit code 1 on any failure, 77 when
python3-onnx is absent."""
import pathlib
import sys

try:
    import onnx
    from onnx import shape_inference
except ImportError:
    sys.exit(77)


def shapes(graph):
    found = {}
    for info in list(graph.value_info) + list(graph.output):
        tensor = info.type.tensor_type
        dims = [d.dim_param if d.HasField("dim_param") else d.dim_value for d in tensor.shape.dim]
        found[info.name] = (tensor.elem_type, dims if tensor.HasField("shape") else None)
    return found


def check(path):
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    recorded = shapes(model.graph)
    results = {name for node in model.graph.node for name in node.output}
    assert results <= set(recorded), f"values without shape: {results - set(recorded)}"
    del model.graph.value_info[:]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    inferred = shapes(shape_inference.infer_shapes(model, check_type=True, strict_mode=True).graph)
    custom = {name for node in model.graph.node if node.domain for name in node.output}
    compared = 0
    for name, (kind, dims) in inferred.items():
        if name in custom:
            continue
        if kind == 0 or dims is None:  # only downstream of an operator that onnx does not know
            assert custom, f"{name}: onnx infers nothing"
            continue
        assert recorded[name][0] == kind, f"{name}: type {recorded[name][0]}, onnx says {kind}"
        assert len(recorded[name][1]) == len(dims), f"{name}: {recorded[name][1]}, onnx says {dims}"
        for ours, theirs in zip(recorded[name][1], dims):
            # 0 or a name onnx made up: it does not know
            if theirs and not (isinstance(theirs, str) and theirs.startswith("unk__")):
                assert ours == theirs, f"{name}: {recorded[name][1]}, onnx says {dims}"
        compared += 1
    assert compared or custom, "nothing was compared"


failed = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    try:
        check(path)
        print(f"ok {path.name}")
    except Exception as error:  # report all of them
        failed += 1
        print(f"FAILED {path.name}: {error}")
sys.exit(1 if failed else 0)
