# SPDX-License-Identifier: Apache-2.0
"""Loss curves of all sides from the same weights through the same batches, against LibTorch's. How far PyTorch's is
from it is what rounding alone does."""
from figures import print_row, relative
from sides import NAMES


def run(sides, nets, o, table):
    base = next((s for s in sides if s.name == "torch"), None)
    if base is None:
        raise SystemExit("--curves compares with LibTorch: it must be among the sides")
    others = [s for s in sides if s is not base]
    print(f"validation loss after {o.epochs} epochs; relative difference from LibTorch's at the end, and the largest\n"
          "of all epochs; the same of the training loss at the end\n")
    widths = [26, 5, 12, *(30 for _ in others)]
    print_row(["net", "batch", "LibTorch", *(NAMES[s.name] for s in others)], widths)
    worst = {s.name: (0.0, "") for s in others}
    for net in nets:
        for batch in o.batch:
            request = {"net": net["name"], "batch": batch, "epochs": o.epochs, "validate": True}
            curves = {s.name: s.ask("curve", **request) for s in sides}
            cells = []
            for side in others:
                found = [relative(a, b) for a, b in zip(curves[side.name]["validation"], curves["torch"]["validation"])]
                worst[side.name] = max(worst[side.name], (found[-1], f"{net['name']} at {batch}"))
                training = relative(curves[side.name]["train"][-1], curves["torch"]["train"][-1])
                cells.append(f"{found[-1]:.1e} ({max(found):.1e}) {training:.1e}")
            print_row([net["name"], str(batch), f"{curves['torch']['validation'][-1]:.5g}", *cells], widths)
            for name, curve in curves.items():
                for epoch in range(o.epochs):
                    table.add(mode="curves", net=net["name"], batch=batch, side=name, epoch=epoch + 1,
                              train_loss=curve["train"][epoch], validation_loss=curve["validation"][epoch])
    print()
    for name, (difference, label) in worst.items():
        print(f"  largest difference of {NAMES[name]} at the end: {difference:.1e} ({label})")
    return True
