# SPDX-License-Identifier: Apache-2.0
"""Samples per second of processor time of every net on every side, in alternating runs."""
import sys

from figures import Gates, geometric_mean, median, print_row, relative, spread
from sides import NAMES

SAME = 2e-3  # largest relative difference of the training loss of the first epoch


def check_same(sides, net, batch):
    """Do the sides train the same? Their losses in the first epoch say so."""
    losses = {s.name: s.ask("curve", net=net, batch=batch, epochs=1, validate=False)["train"][0] for s in sides}
    first = next(iter(losses.values()))
    if any(relative(loss, first) > SAME for loss in losses.values()):
        sys.exit(f"{net}: the sides do not train the same: losses of the first epoch {losses}")


def measure(sides, net, batch, o):
    rates = {s.name: [] for s in sides}
    for _ in range(o.rounds):
        for side in sides:
            done = side.ask("steps", net=net, batch=batch, seconds=o.seconds)
            rates[side.name].append(done["samples"] / done["seconds"])
    return rates


def ratios(rates, over):
    """Round by round: what disturbs the machine for longer than a round disturbs both."""
    if over not in rates or "fused" not in rates:
        return None
    return [a / b for a, b in zip(rates["fused"], rates[over])]


class Row:
    def __init__(self, net, batch, rates, sgemm):
        self.net, self.batch, self.rates = net["name"], batch, rates
        self.mflop = 3 * 2 * net["macs"] / 1e6
        self.over = {b: ratios(rates, b) for b in ("torch", "pytorch")}
        main = "fused" if "fused" in rates else "torch" if "torch" in rates else None
        self.share = median(rates[main]) * self.mflop / 1e3 / sgemm if main else None

    def label(self):
        return f"{self.net} at {self.batch}"

    def cells(self):
        rates = [spread([r / 1e3 for r in values]) for values in self.rates.values()]
        over = [spread(r, "{:.2f}") if r else "-" for r in self.over.values()]
        return [self.net, str(self.batch), f"{self.mflop:.3f}", *rates, *over,
                f"{100 * self.share:.0f} %" if self.share is not None else "-"]


def print_gates(rows, gates):
    for task, over_torch, over_pytorch in (("bragg", 3.5, 4.5), ("jets", 4.0, 6.0)):
        mine = [r for r in rows if r.net.startswith(task + "/")]
        for base, limit in (("torch", over_torch), ("pytorch", over_pytorch)):
            found = [median(r.over[base]) for r in mine if r.over[base]]
            gates.judge(f"{task}: geometric mean of fused / {NAMES[base]}", {"": geometric_mean(found)} if found else {},
                        limit)
    gates.judge("every net: fused / LibTorch", {r.label(): median(r.over["torch"]) for r in rows if r.over["torch"]},
                1.8)
    fused = [r for r in rows if "fused" in r.rates]
    gates.judge("share of sgemm above 0.1 MFLOP a sample", {r.label(): r.share for r in fused if r.mflop > 0.1}, 0.45)
    gates.judge("share of sgemm, smaller nets", {r.label(): r.share for r in fused if r.mflop <= 0.1}, 0.20)


def run(sides, nets, driver, o, table):
    widths = [26, 5, 7, *(24 for _ in sides), 18, 18, 6]
    print("thousands of samples per second of processor time: median (least..largest)\n")
    print_row(["net", "batch", "MFLOP", *(NAMES[s.name] for s in sides), "fused/LibTorch", "fused/PyTorch", "sgemm"],
              widths)
    rows, all_sgemm = [], []
    for net in nets:
        if o.check and len(sides) > 1:
            check_same(sides, net["name"], o.batch[0])
        for batch in o.batch:
            sgemm = driver.ask("sgemm", seconds=0.3)["rate"]
            rates = measure(sides, net["name"], batch, o)
            sgemm = max(sgemm, driver.ask("sgemm", seconds=0.3)["rate"])
            all_sgemm.append(sgemm)
            row = Row(net, batch, rates, sgemm)
            rows.append(row)
            print_row(row.cells(), widths)
            for name, values in rates.items():
                for number, rate in enumerate(values, 1):
                    table.add(mode="throughput", net=row.net, batch=batch, side=name, round=number, rate=rate,
                              mflop=row.mflop, sgemm_gflops=sgemm)
    print(f"\nsgemm of 512 x 512: {spread(all_sgemm)} GFLOP/s")
    gates = Gates()
    print_gates(rows, gates)
    return gates.all_met
