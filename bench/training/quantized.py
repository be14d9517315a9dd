# SPDX-License-Identifier: Apache-2.0
"""What masks and quantizers cost: steps of the same net with them and without, on one engine."""
from figures import Gates, median, print_row, spread

VARIANTS = ("float", "mask50", "mask90", "moving", "frozen")
LIMITS = {"mask50": 1.05, "mask90": 1.05, "moving": 1.15, "frozen": 1.15}


def run(side, nets, o, table):
    print("microseconds of processor time per sample, float; the others as multiples of float, round by round; share\n"
          "of data handling\n")
    widths = [26, 5, 22, *(18 for _ in LIMITS), 6]
    print_row(["net", "batch", "float", *LIMITS, "data"], widths)
    ratios, data = {v: {} for v in LIMITS}, {}
    for net in nets:
        for batch in o.batch:
            times, shares = {v: [] for v in VARIANTS}, []
            for number in range(1, o.rounds + 1):
                for variant in VARIANTS:
                    done = side.ask("steps", net=net["name"], batch=batch, variant=variant, seconds=o.seconds)
                    times[variant].append(1e6 * done["seconds"] / done["samples"])
                    if variant == "float":
                        shares.append(done["shares"]["data"])
                    table.add(mode="quantized", net=net["name"], batch=batch, side=side.name, variant=variant,
                              round=number, microseconds=times[variant][-1], data=done["shares"]["data"])
            label = f"{net['name']} at {batch}"
            over = {v: [a / b for a, b in zip(times[v], times["float"])] for v in LIMITS}
            for variant in LIMITS:
                ratios[variant][label] = median(over[variant])
            data[label] = median(shares)
            print_row([net["name"], str(batch), spread(times["float"], "{:.2f}"),
                       *(spread(r, "{:.2f}") for r in over.values()), f"{100 * data[label]:.1f} %"], widths)
    print()
    gates = Gates()
    for variant, limit in LIMITS.items():
        gates.judge(f"{variant} / float", ratios[variant], limit, at_least=False)
    gates.judge("share of data handling", data, 0.05, at_least=False)
    return gates.all_met
