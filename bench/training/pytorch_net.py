# SPDX-License-Identifier: Apache-2.0
"""A graph of ONNX operators as the nn.Module that a PyTorch user would write: its forward is generated once as Python
code over nn.Linear, nn.Conv2d, nn.BatchNorm1d/2d and functions."""
import json

import numpy
import torch
import torch.nn.functional as F
from torch import nn


class Writer:
    def __init__(self, graph, load):
        self.nodes = graph["nodes"]
        self.values = {v["id"]: v for v in graph["values"]}
        self.inputs, self.load = graph["inputs"], load
        self.names = {v: f"x{n}" for n, v in enumerate(self.inputs)}  # value -> variable
        self.sets = {}  # a set [N, positions, features] kept as [N * positions, features]: value -> positions
        self.modules, self.lines = {}, []

    def users(self, value):
        return [n for n in self.nodes if value in n["inputs"]]

    def follow(self, node, op):
        """The only user of the node's result, which must be of that operator, or None."""
        users = self.users(node["output"])
        return users[0] if len(users) == 1 and users[0]["op"] == op else None

    def bind(self, value, code):
        self.names[value] = f"v{value}"
        self.lines.append(f"v{value} = {code}")

    def module(self, module, *tensors):
        """Adds a module with weight, bias, ... set to these tensors."""
        with torch.no_grad():
            for (_, target), source in zip(tensors_of(module), tensors):
                target.copy_(source)
        name = f"m{len(self.modules)}"
        self.modules[name] = module
        return f"self.{name}"

    def linear(self, node, value, weight, bias, result):
        """weight: [out, in]"""
        module = nn.Linear(weight.shape[1], weight.shape[0], bias is not None)
        name = self.module(module, weight, *([] if bias is None else [bias]))
        self.bind(result, f"{name}({self.names[value]})")

    def norm(self, node, value, result, kind):
        a = node["attributes"]
        tensors = [self.load(i) for i in node["inputs"][1:5]]
        module = kind(tensors[0].numel(), eps=a["epsilon"], momentum=1 - a["momentum"])
        self.bind(result, f"{self.module(module, *tensors)}({self.names[value]})")

    def write(self):
        done = set()
        for node in self.nodes:
            if id(node) not in done:
                done.update(id(n) for n in getattr(self, "op_" + node["op"])(node) or ())
        return self

    def op_Conv(self, node):
        a, weight = node["attributes"], self.load(node["inputs"][1])
        pads, rank = a["pads"], len(a["kernel_shape"])
        if pads[:rank] != pads[rank:] or rank != 2:
            raise ValueError("only two-dimensional convolutions with equal padding on both sides")
        module = nn.Conv2d(weight.shape[1] * a["group"], weight.shape[0], a["kernel_shape"], a["strides"],
                           pads[:rank], a["dilations"], a["group"], len(node["inputs"]) > 2)
        name = self.module(module, weight, *map(self.load, node["inputs"][2:]))
        self.bind(node["output"], f"{name}({self.names[node['inputs'][0]]})")

    def op_Gemm(self, node):
        a = node["attributes"]
        if a["alpha"] != 1 or a["beta"] != 1 or a["transA"]:
            raise ValueError("only Gemm that is a linear layer")
        weight = self.load(node["inputs"][1])
        self.linear(node, node["inputs"][0], weight if a["transB"] else weight.T, self.load(node["inputs"][2]),
                    node["output"])

    def op_MatMul(self, node):
        value, weight = node["inputs"]
        if not self.values[weight]["data"]:
            self.bind(node["output"], f"torch.matmul({self.names[value]}, {self.names[weight]})")
            return ()
        # The same layer for every element of a set: one product over all of them.
        if value not in self.sets:
            shape = self.values[value]["shape"]
            self.bind(f"{value}_rows", f"{self.names[value]}.flatten(0, 1)")
            self.names[value], self.sets[value] = self.names[f"{value}_rows"], shape[1]
        add = self.follow(node, "Add")
        bias = [i for i in add["inputs"] if i != node["output"]][0] if add else 0
        fused = add is not None and self.values[bias]["data"]
        result = add["output"] if fused else node["output"]
        self.linear(node, value, self.load(weight).T, self.load(bias) if fused else None, result)
        self.sets[result] = self.sets[value]
        return (add,) if fused else ()

    def op_Transpose(self, node):
        value = node["inputs"][0]
        if value not in self.sets:
            self.bind(node["output"], f"{self.names[value]}.permute({node['attributes']['perm']})")
            return ()
        # Sets are normalized per feature: as rows they need no transposition.
        norm = self.follow(node, "BatchNormalization")
        back = norm and self.follow(norm, "Transpose")
        if back is None or node["attributes"]["perm"] != [0, 2, 1]:
            raise ValueError("a transposed set that is not normalized")
        self.norm(norm, value, back["output"], nn.BatchNorm1d)
        self.sets[back["output"]] = self.sets[value]
        return (norm, back)

    def op_BatchNormalization(self, node):
        value = node["inputs"][0]
        kind = nn.BatchNorm2d if len(self.values[value]["shape"]) == 4 else nn.BatchNorm1d
        self.norm(node, value, node["output"], kind)

    def pointwise(self, node, code):
        for value in node["inputs"]:
            if value in self.sets:
                self.sets[node["output"]] = self.sets[value]
        self.bind(node["output"], code.format(*(self.names[i] for i in node["inputs"]), **node["attributes"]))

    def op_Relu(self, node):
        self.pointwise(node, "F.relu({0})")

    def op_LeakyRelu(self, node):
        self.pointwise(node, "F.leaky_relu({0}, {alpha!r})")

    def op_Gelu(self, node):
        self.pointwise(node, "F.gelu({0}, approximate={approximate!r})")

    def op_Sigmoid(self, node):
        self.pointwise(node, "torch.sigmoid({0})")

    def op_Tanh(self, node):
        self.pointwise(node, "torch.tanh({0})")

    def op_Add(self, node):
        self.pointwise(node, "{0} + {1}")

    def op_Softmax(self, node):
        self.pointwise(node, "F.softmax({0}, {axis})")

    def op_Flatten(self, node):
        self.bind(node["output"], f"{self.names[node['inputs'][0]]}.flatten({node['attributes']['axis']})")

    def op_Reshape(self, node):
        value, shape = node["inputs"]
        wanted = self.load(shape).tolist()
        wanted = [-1 if n == 0 and i == 0 else n for i, n in enumerate(wanted)]
        self.bind(node["output"], f"{self.names[value]}.reshape({wanted})")

    def reduce(self, node, function):
        value = node["inputs"][0]
        if len(node["inputs"]) > 1:
            axes = self.load(node["inputs"][1]).tolist()
        else:
            axes = node["attributes"]["axes"]
        code = self.names[value]
        if value in self.sets:
            code += f".unflatten(0, (-1, {self.sets[value]}))"
        self.bind(node["output"], f"{code}.{function}({axes}, {bool(node['attributes']['keepdims'])})")

    def op_ReduceMean(self, node):
        self.reduce(node, "mean")

    def op_ReduceSum(self, node):
        self.reduce(node, "sum")

    def op_ReduceMax(self, node):
        self.reduce(node, "amax")


def tensors_of(module):
    return [(n, t) for n, t in [*module.named_parameters(), *module.named_buffers()] if n != "num_batches_tracked"]


def split_loss(graph):
    """(nodes of the network, loss function): the losses of the two tasks by their PyTorch names."""
    nodes = graph["nodes"]
    if nodes[-1]["op"] == "SoftmaxCrossEntropyLoss":
        return nodes[:-1], F.cross_entropy
    if [n["op"] for n in nodes[-3:]] == ["Sub", "Mul", "ReduceMean"]:
        return nodes[:-3], F.mse_loss
    raise ValueError("a loss that is neither a cross-entropy nor a mean of squares")


def load_net(folder):
    """(nn.Module, loss function) of the folder that bench_training exported a net to."""
    graph = json.loads((folder / "graph.json").read_text())
    graph["nodes"], loss = split_loss(graph)

    def load(value):
        return torch.from_numpy(numpy.load(folder / f"{value}.npy"))

    writer = Writer(graph, load).write()
    source = "\n    ".join(["def forward(self, x0):", *writer.lines, f"return {writer.names[graph['outputs'][0]]}"])
    scope = {"torch": torch, "F": F}
    exec(source, scope)
    net = type("Net", (nn.Module,), {"forward": scope["forward"]})()
    for name, module in writer.modules.items():
        net.add_module(name, module)
    return net, loss
