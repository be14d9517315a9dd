# SPDX-License-Identifier: Apache-2.0
"""docs/dependencies.md names the packages of cmake/debian-packages.txt, and no others."""
import pathlib
import re
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class Packages(unittest.TestCase):
    def test_lists_agree(self):
        listed = {line.split()[1] for line in (SOURCE / "cmake/debian-packages.txt").read_text().splitlines()
                  if line and not line.startswith("#")}
        table = re.findall(r"^\| ([a-z0-9+., -]+) \|", (SOURCE / "docs/dependencies.md").read_text(), re.M)
        documented = {name.strip() for row in table for name in row.split(",")} - {"package", "tests only", "benchmarks only"}
        self.assertEqual(listed, documented)


unittest.main()
