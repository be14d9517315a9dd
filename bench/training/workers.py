# SPDX-License-Identifier: Apache-2.0
"""Whole trials by one and by two workers in one process: the same number of trials, so the ratio of the times is how
far the workers scale."""
from figures import Gates, median, print_row, spread


def epochs_for(side, request, seconds):
    """So many that one worker takes about twice that time for both trials."""
    first = side.ask("trials", **request, epochs=1, trials=1, workers=1)["wall"]
    return max(1, min(1000, round(seconds / first)))


def run(side, nets, o, table):
    print("seconds for two trials with one and with two workers: median (least..largest); one / two by the wall clock;\n"
          "by processor time, which tells what the workers cost each other but not what else runs on the machine\n")
    widths = [26, 5, 6, 20, 20, 18, 18]
    print_row(["net", "batch", "epochs", "1 worker", "2 workers", "ratio", "by processor"], widths)
    scale = {}
    for net in nets:
        for batch in o.batch:
            request = {"net": net["name"], "batch": batch}
            epochs = epochs_for(side, request, o.seconds)
            wall, cpu = {1: [], 2: []}, {1: [], 2: []}
            for number in range(1, o.rounds + 1):
                for count in (1, 2):
                    done = side.ask("trials", **request, epochs=epochs, trials=2, workers=count)
                    wall[count].append(done["wall"])
                    cpu[count].append(done["cpu"])
                    table.add(mode="workers", net=net["name"], batch=batch, side=side.name, workers=count, round=number,
                              wall=done["wall"], cpu=done["cpu"], epochs=epochs)
            ratio = [a / b for a, b in zip(wall[1], wall[2])]
            by_cpu = [2 * a / b for a, b in zip(cpu[1], cpu[2])]
            scale[f"{net['name']} at {batch}"] = median(ratio)
            print_row([net["name"], str(batch), str(epochs), spread(wall[1], "{:.2f}"), spread(wall[2], "{:.2f}"),
                       spread(ratio, "{:.2f}"), spread(by_cpu, "{:.2f}")], widths)
    print()
    gates = Gates()
    gates.judge("two workers / one", scale, 1.8)
    return gates.all_met
