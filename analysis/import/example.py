#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: example.py FOLDER [METRIC]: a metric over the first axis of a sweep, from CSV and from SQLite.

The first part is for Python alone, the second for pandas, where it is installed."""
import csv
import os
import sqlite3
import statistics
import sys

folder = sys.argv[1]
metric = sys.argv[2] if len(sys.argv) > 2 else "blocks.proposed"

# --- Python alone: summary.csv ---
with open(os.path.join(folder, "summary.csv"), newline="", encoding="utf-8") as file:
    reader = csv.DictReader(file)
    axes = reader.fieldnames[1:reader.fieldnames.index("scope")]
    rows = [row for row in reader if row["metric"] == metric]
if not rows:
    sys.exit(f"{folder}/summary.csv has no metric {metric}")
print(",".join(["point", *axes, "scope", "mean", "ci95_low", "ci95_high"]))
for row in rows:
    print(",".join([row["point"], *(row[a] for a in axes), row["scope"],
                    row["mean"], row["ci95_low"], row["ci95_high"]]))

# --- the same mean from the store of record, and the difference of two points replicate by replicate ---
database = sqlite3.connect(f"file:{os.path.join(folder, 'results.db')}?mode=ro", uri=True)
values = {}
for point, replicate, value in database.execute(
        "SELECT point, replicate, value FROM scalar WHERE metric = ? AND scope = ? AND value IS NOT NULL",
        (metric, rows[0]["scope"])):
    values.setdefault(point, {})[replicate] = value
for point, runs in sorted(values.items()):
    print(f"store: point {point}: mean {statistics.fmean(runs.values()):.15g} of {len(runs)} runs")
if len(values) > 1:
    first, last = values[min(values)], values[max(values)]
    paired = [last[r] - first[r] for r in first if r in last]
    if len(paired) > 1:
        print(f"paired difference of the last and the first point: {statistics.fmean(paired):.6g} "
              f"+- {statistics.stdev(paired) / len(paired) ** 0.5:.2g} (standard error)")

# --- pandas ---
try:
    import pandas as pd
except ImportError:
    print("pandas is not installed: the rest is left out")
    sys.exit(0)
summary = pd.read_csv(os.path.join(folder, "summary.csv"))
chosen = summary[summary["metric"] == metric]
if axes:
    print(chosen.set_index(axes)[["mean", "ci95_low", "ci95_high"]].to_string())
runs = pd.read_csv(os.path.join(folder, "runs.csv"))
column = metric if metric in runs.columns else f"{rows[0]['scope']}:{metric}"
print(runs.groupby("point")[column].describe().to_string())
try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    sys.exit(0)
if axes and pd.api.types.is_numeric_dtype(chosen[axes[0]]):
    other = axes[1:]
    plt.rcParams["font.size"] = 8
    figure, plot = plt.subplots(figsize=(84 / 25.4, 80 / 25.4), layout="constrained")
    for label, part in chosen.groupby(other) if other else [("", chosen)]:
        line, = plot.plot(part[axes[0]], part["mean"], marker="o", markersize=3, label=str(label))
        plot.fill_between(part[axes[0]], part["ci95_low"], part["ci95_high"], alpha=0.2, color=line.get_color())
    plot.set_xlabel(axes[0])
    plot.set_ylabel(metric)
    if other:
        plot.legend(title=", ".join(other), fontsize=6, title_fontsize=6, ncol=2, loc="lower left",
                    bbox_to_anchor=(0, 1.02))
    figure.savefig("example-python.pdf")
