# SPDX-License-Identifier: Apache-2.0
"""Hypervolume of points in two minimized dimensions."""


def hypervolume(points, reference):
    volume, floor = 0.0, reference[0]
    for x, y in sorted((p for p in points if p[0] < reference[0] and p[1] < reference[1]), key=lambda p: (p[1], p[0])):
        if x < floor:
            volume += (floor - x) * (reference[1] - y)
            floor = x
    return volume
