#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""PyTorch's answers to the cases of tests/unit/torch: oracle.py CASES.json ANSWERS.json

A case is a graph of ONNX operators with values, a batch and possibly a training. This file evaluates the operators with
PyTorch's public functions, straight from their ONNX definitions; it shares nothing with the engine but the input file.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
# More digits than what is asked about has: the errors found are its own.
TYPES = {"float32": torch.float64, "int64": torch.int64}


def tensor(t):
    return torch.tensor(t["data"], dtype=TYPES[t["dtype"]]).reshape(t["shape"])


def numbers(t):
    return t.detach().reshape(-1).tolist()


def padded(x, a, value):
    pads, rank = a["pads"], len(a["kernel_shape"])
    order = []
    for i in reversed(range(rank)):
        order += [pads[i], pads[rank + i]]
    return F.pad(x, order, value=value)


def conv(a, x, w, b=None):
    f = {1: F.conv1d, 2: F.conv2d}[len(a["kernel_shape"])]
    return f(padded(x, a, 0.0), w, b, a["strides"], 0, a["dilations"], a["group"])


def gemm(a, x, w, c=None):
    x = x.T if a["transA"] else x
    w = w.T if a["transB"] else w
    y = a["alpha"] * (x @ w)
    return y if c is None else y + a["beta"] * c


def max_pool(a, x):
    f = {1: F.max_pool1d, 2: F.max_pool2d}[len(a["kernel_shape"])]
    return f(padded(x, a, -math.inf), a["kernel_shape"], a["strides"], 0, a["dilations"], bool(a["ceil_mode"]))


def average_pool(a, x):
    f = {1: F.avg_pool1d, 2: F.avg_pool2d}[len(a["kernel_shape"])]
    rank = len(a["kernel_shape"])
    return f(x, a["kernel_shape"], a["strides"], a["pads"][:rank], bool(a["ceil_mode"]), bool(a["count_include_pad"]))


def reshape(a, x, shape):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape.tolist())])


def flatten(a, x):
    rows = math.prod(x.shape[: a["axis"]])
    return x.reshape(rows, -1)


OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "Sub": lambda a, x, y: x - y,
    "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x / y,
    "Relu": lambda a, x: torch.clamp(x, min=0),
    "LeakyRelu": lambda a, x: torch.where(x >= 0, x, a["alpha"] * x),
    "Gelu": lambda a, x: F.gelu(x, approximate=a["approximate"]),
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Tanh": lambda a, x: torch.tanh(x),
    "Identity": lambda a, x: x,
    "Softmax": lambda a, x: F.softmax(x, a["axis"]),
    "LogSoftmax": lambda a, x: F.log_softmax(x, a["axis"]),
    "Flatten": flatten,
    "Reshape": reshape,
    "Transpose": lambda a, x: x.permute(a["perm"]),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "ReduceMean": lambda a, x: x.mean(a["axes"], bool(a["keepdims"])),
    "ReduceSum": lambda a, x: x.sum(a["axes"], bool(a["keepdims"])),
    "ReduceMax": lambda a, x: x.amax(a["axes"], bool(a["keepdims"])),
    "Conv": conv,
    "Gemm": gemm,
    "MatMul": lambda a, x, y: torch.matmul(x, y),
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "SoftmaxCrossEntropyLoss": lambda a, x, y: F.cross_entropy(x, y),
}


class Model:
    def __init__(self, case):
        self.case = case
        self.values = {v["id"]: tensor(v) for v in case["values"]}
        self.names = {v["id"]: v["name"] for v in case["values"]}
        self.parameters = [v["id"] for v in case["values"] if v["trainable"]]
        self.statistics = []
        for node in case["nodes"]:
            if node["op"] == "BatchNormalization":
                self.statistics += node["inputs"][3:5]
        for p in self.parameters:
            self.values[p].requires_grad_(True)

    def run(self, rows, training):
        """rows: tensors of all graph inputs."""
        v = dict(self.values)
        v.update(zip(self.case["inputs"], rows))
        for node in self.case["nodes"]:
            a = node["attributes"]
            x = [v[i] for i in node["inputs"]]
            if node["op"] == "BatchNormalization":
                y = F.batch_norm(x[0], x[3], x[4], x[1], x[2], training, 1 - a["momentum"], a["epsilon"])
            else:
                y = OPERATORS[node["op"]](a, *x)
            v[node["output"]] = y
        return v

    def weights(self):
        return {self.names[i]: numbers(self.values[i]) for i in self.parameters + self.statistics}


def evaluate(case):
    rows = [tensor(t) for t in case["batch"]]
    model = Model(case)
    with torch.no_grad():
        v = model.run(rows, False)
    answer = {"outputs": [{"shape": list(v[i].shape), "data": numbers(v[i])} for i in case["outputs"]]}
    if case["loss"]:
        loss = model.run(rows, True)[case["loss"]]
        parameters = [model.values[i] for i in model.parameters]
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        answer["loss"] = loss.item()
        answer["gradients"] = {
            model.names[i]: numbers(torch.zeros_like(model.values[i]) if g is None else g)
            for i, g in zip(model.parameters, gradients)
        }
    return answer


def optimizer_of(r, parameters):
    lr, wd, mu = r["learning_rate"], r["weight_decay"], r["momentum"]
    return {
        "adam": lambda: torch.optim.Adam(parameters, lr=lr, weight_decay=wd),
        "adamw": lambda: torch.optim.AdamW(parameters, lr=lr, weight_decay=wd),
        "sgd": lambda: torch.optim.SGD(parameters, lr=lr, weight_decay=wd, momentum=mu),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, lr=lr, weight_decay=wd, momentum=mu),
    }[r["optimizer"]]()


def schedule_of(r, optimizer):
    s = torch.optim.lr_scheduler
    return {
        "constant": lambda: s.StepLR(optimizer, r["epochs"] + 1),
        "cosine": lambda: s.CosineAnnealingLR(optimizer, r["epochs"], r["final_learning_rate"]),
        "step": lambda: s.StepLR(optimizer, r["step_size"], r["gamma"]),
        "plateau": lambda: s.ReduceLROnPlateau(optimizer, factor=r["gamma"], patience=r["plateau_patience"]),
    }[r["schedule"]]()


def train(case):
    r = case["recipe"]
    model = Model(case)
    rows = [tensor(t) for t in case["batch"]]
    validation = [tensor(t) for t in case["validation"]]
    parameters = [model.values[i] for i in model.parameters]
    optimizer = optimizer_of(r, parameters)
    schedule = schedule_of(r, optimizer)
    epochs = []
    for order in case["orders"]:
        rate, total, seen = optimizer.param_groups[0]["lr"], 0.0, 0
        for first in range(0, len(order), r["batch_size"]):
            index = torch.tensor(order[first : first + r["batch_size"]])
            if len(index) < case["smallest_batch"]:
                continue
            loss = model.run([t[index] for t in rows], True)[case["loss"]]
            optimizer.zero_grad()
            loss.backward()
            if r["clip_norm"] > 0:
                torch.nn.utils.clip_grad_norm_(parameters, r["clip_norm"])
            optimizer.step()
            total += loss.item() * len(index)
            seen += len(index)
        with torch.no_grad():
            validation_loss = model.run(validation, False)[case["loss"]].item()
        if r["schedule"] == "plateau":
            schedule.step(validation_loss)
        else:
            schedule.step()
        epochs.append({"rate": rate, "train_loss": total / seen, "validation_loss": validation_loss,
                       "weights": model.weights()})
    return {"epochs": epochs}


def main():
    with open(sys.argv[1]) as f:
        cases = json.load(f)
    answers = {c["name"]: train(c) if "recipe" in c else evaluate(c) for c in cases}
    with open(sys.argv[2], "w") as f:
        json.dump(answers, f)


main()
