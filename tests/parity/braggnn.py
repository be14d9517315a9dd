#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""BraggNN (Liu et al. 2022, IUCrJ 9, 104) in PyTorch with published weights: braggnn.py WEIGHTS.npz ANSWER.json

Writes the weights, some peak-like patches and the network's outputs for them.
"""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
stored = np.load(sys.argv[1])
w = {name: torch.from_numpy(stored[name]) for name in stored.files}
SLOPE = 0.01


def conv(name, x):
    return F.conv2d(x, w[name + ".weight"], w[name + ".bias"])


def attention(x):
    """Non-local block: every pixel attends to every pixel, on half the channels, added to the input."""
    n, _, rows, columns = x.shape
    theta, phi, g = (conv(f"nlb.{part}_layer", x).flatten(2) for part in ("theta", "phi", "g"))
    weights = F.softmax(theta.transpose(1, 2) @ phi, dim=-1)
    mixed = (weights @ g.transpose(1, 2)).transpose(1, 2).reshape(n, -1, rows, columns)
    return conv("nlb.out_cnn", mixed) + x


def braggnn(x):
    x = F.leaky_relu(attention(conv("cnn_layers.0", x)), SLOPE)
    x = F.leaky_relu(conv("cnn_layers.2", x), SLOPE)
    x = F.leaky_relu(conv("cnn_layers.4", x), SLOPE).flatten(1)
    for i in (0, 2, 4, 6, 8):
        x = F.linear(x, w[f"dense_layers.{i}.weight"], w[f"dense_layers.{i}.bias"])
        if i != 8:
            x = F.leaky_relu(x, SLOPE)
    return x


def patches(count):
    """Gaussian peaks near the centre of 11 x 11 pixels with noise, scaled to 0..1."""
    generator = np.random.default_rng(1)
    row, column = np.mgrid[0:11, 0:11]
    out = np.empty((count, 1, 11, 11), np.float32)
    for i in range(count):
        centre, width = generator.uniform(4, 7, 2), generator.uniform(0.6, 2, 2)
        peak = np.exp(-(((row - centre[0]) / width[0]) ** 2) - ((column - centre[1]) / width[1]) ** 2)
        noisy = peak + generator.normal(0, 0.03, peak.shape)
        out[i, 0] = (noisy - noisy.min()) / (noisy.max() - noisy.min())
    return torch.from_numpy(out)


def packed(t):
    return {"shape": list(t.shape), "data": t.reshape(-1).tolist()}


x = patches(40)
with torch.no_grad():
    y = braggnn(x)
with open(sys.argv[2], "w") as f:
    json.dump({"weights": {n: packed(t) for n, t in w.items()}, "inputs": packed(x), "outputs": packed(y)}, f)
