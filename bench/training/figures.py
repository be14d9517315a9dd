# SPDX-License-Identifier: Apache-2.0
"""Figures as they are printed."""
import math
import statistics


def median(values):
    return statistics.median(values)


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def spread(values, form="{:.1f}"):
    """median (least..largest)"""
    return f"{form.format(median(values))} ({form.format(min(values))}..{form.format(max(values))})"


def relative(a, b):
    return abs(a - b) / max(abs(b), 1e-30)


def print_row(cells, widths):
    print("  ".join(f"{cell:{'<' if i == 0 else '>'}{width}}" for i, (cell, width) in enumerate(zip(cells, widths))),
          flush=True)


class Gates:
    """What must hold, judged where it was measured."""

    def __init__(self):
        self.all_met = True

    def judge(self, text, values, limit, at_least=True):
        """`values`: label -> figure; all must keep the limit."""
        if not values:
            print(f"  {text}: not measured")
            return
        label, worst = (min if at_least else max)(values.items(), key=lambda item: item[1])
        met = worst >= limit if at_least else worst <= limit
        self.all_met = self.all_met and met
        where = f" ({label})" if label else ""
        print(f"  {text} {'>=' if at_least else '<='} {limit:g}: {worst:.3g}{where}: {'met' if met else 'NOT MET'}")
