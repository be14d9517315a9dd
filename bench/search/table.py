# SPDX-License-Identifier: Apache-2.0
"""Medians, quartiles and ratios of runs as Markdown tables."""
import statistics


def quartiles(values):
    """Lower quartile, median, upper quartile; linear between order statistics."""
    ordered = sorted(values)

    def at(share):
        position = share * (len(ordered) - 1)
        low = int(position)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (position - low) * (ordered[high] - ordered[low])

    return at(0.25), at(0.5), at(0.75)


def number(value):
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}" if abs(value) >= 0.01 or value == 0 else f"{value:.2g}"


def value_at(row, measure, budget):
    return row[measure][row["budgets"].index(budget)] if budget in row["budgets"] else None


def column(rows, measure, budget):
    values = [value_at(row, measure, budget) for row in rows]
    return None if not values or None in values else quartiles(values)


def ratio(mine, reference, measure, best_known):
    """Of hypervolumes, or of distances to the known minimum; ~ where the quartile ranges overlap."""
    if mine is None or reference is None:
        return ""
    if measure == "best":
        above, below = mine[1] - best_known, reference[1] - best_known
    else:
        above, below = mine[1], reference[1]
    overlap = "~" if mine[0] <= reference[2] and reference[0] <= mine[2] else ""
    return f" x{above / below:.3f}{overlap}" if below > 0 else ""


def problem_table(runs, measure, budgets, reference, best_known):
    """`runs`: label -> rows of its seeds. `reference`: label that ratios are to, or None."""
    other = {"near": "far", "far": "near"}.get(measure)
    heads = ["search", *[f"{measure} at {b}" for b in budgets]] + ([f"{other} at {budgets[-1]}"] if other else [])
    lines = ["| " + " | ".join([*heads, "seeds", "repeats", "ask+tell ms"]) + " |", "|" + "---|" * (len(heads) + 3)]
    for label, rows in runs.items():
        cells = [label]
        for budget in budgets:
            mine = column(rows, measure, budget)
            theirs = column(runs[reference], measure, budget) if reference and reference != label else None
            cells.append("-" if mine is None else
                         f"{number(mine[1])} [{number(mine[0])}, {number(mine[2])}]" +
                         ratio(mine, theirs, measure, best_known))
        if other:
            extra = column(rows, other, budgets[-1])
            cells.append("-" if extra is None else number(extra[1]))
        last = max(b for b in budgets if b in rows[0]["budgets"])
        cells += [str(len(rows)), number(statistics.median(value_at(r, "repeats", last) for r in rows)),
                  number(statistics.median(r["ask_tell_ms"] for r in rows))]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
