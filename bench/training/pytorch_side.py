#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""PyTorch's side of bench/training/run: answers requests, one JSON object a line. In-memory tensors, batches by index,
one thread, Adam with foreach, freed memory kept."""
import ctypes
import json
import pathlib
import sys
import time

# As LibTorch's engine does, before anything allocates: thresholds of mmap, trimming and the top of the heap.
for option, amount in ((-3, 32 << 20), (-1, 512 << 20), (-2, 16 << 20)):
    if ctypes.CDLL(None).mallopt(option, amount) != 1:
        sys.exit("mallopt refused a threshold")

import numpy  # noqa: E402
import torch  # noqa: E402
from pytorch_net import load_net  # noqa: E402

torch.set_num_threads(1)
WARM_STEPS, WARM_SHARE, BETWEEN_READINGS = 3, 0.15, 0.01


class Training:
    def __init__(self, folder, name, batch):
        self.task, self.batch = folder / name.split("/")[0], batch
        self.net, self.loss = load_net(folder / name)
        self.train, self.validation = self.split("train"), self.split("validation")
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3, foreach=True)
        self.orders = len(list(self.task.glob("order*.npy")))

    def split(self, name):
        return [torch.from_numpy(numpy.load(self.task / f"{name}{i}.npy")) for i in (0, 1)]

    def epoch(self, number):
        """One loss tensor per step; the order of epochs beyond those exported repeats."""
        order = torch.from_numpy(numpy.load(self.task / f"order{(number - 1) % self.orders + 1}.npy"))
        inputs, targets = self.train
        for index in order.split(self.batch):
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.net(inputs[index]), targets[index])
            loss.backward()
            self.optimizer.step()
            yield loss

    def validation_loss(self):
        self.net.eval()
        inputs, targets = self.validation
        with torch.no_grad():
            total = sum(self.loss(self.net(x), y).item() * len(x)
                        for x, y in zip(inputs.split(1024), targets.split(1024)))
        self.net.train()
        return total / len(inputs)


def steps(folder, request):
    training = Training(folder, request["net"], request["batch"])
    begin, warm, count, epoch, reading, stride = time.process_time(), 0, 0, 0, 0, 1
    while True:
        epoch += 1
        for loss in training.epoch(epoch):
            loss.item()  # every engine looks whether the loss is finite
            count += 1
            if count < reading:
                continue
            now = time.process_time()
            passed = now - begin
            if passed > 0:
                stride = max(1, int(BETWEEN_READINGS * (count - warm) / passed))
            reading = count + stride
            if warm == 0:
                if count >= WARM_STEPS and passed >= WARM_SHARE * request["seconds"]:
                    warm, begin = count, now
            elif passed >= request["seconds"]:
                return {"samples": (count - warm) * request["batch"], "seconds": passed}


def curve(folder, request):
    training = Training(folder, request["net"], request["batch"])
    found = {"train": [], "validation": []}
    for epoch in range(1, request["epochs"] + 1):
        losses = [loss.item() for loss in training.epoch(epoch)]
        found["train"].append(sum(losses) / len(losses))
        found["validation"].append(training.validation_loss() if request["validate"] else 0.0)
    return found


def answer(folder, request):
    if request["do"] == "list":
        return {"engine": "PyTorch", "version": torch.__version__}
    return {"steps": steps, "curve": curve}[request["do"]](folder, request)


def main():
    folder = pathlib.Path(sys.argv[1])
    for line in sys.stdin:
        try:
            out = answer(folder, json.loads(line))
        except Exception as e:  # the other end reports it
            out = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(out), flush=True)


main()
