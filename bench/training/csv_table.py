# SPDX-License-Identifier: Apache-2.0
"""Every single measurement, for a file."""
import csv


class CsvTable:
    def __init__(self):
        self.rows = []

    def add(self, **row):
        self.rows.append(row)

    def write(self, path):
        columns = list(dict.fromkeys(key for row in self.rows for key in row))
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(self.rows)
