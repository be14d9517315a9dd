// SPDX-License-Identifier: Apache-2.0
#include "split.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"

namespace jets {
namespace {

/// 0..999, the same for all jets of a group.
uint64_t lot(uint64_t group, uint64_t purpose) { return nac::stream_key(group, purpose) % 1000; }

std::array<uint64_t, 3> counts(const JetTable &table) {
  std::array<uint64_t, 3> all{};
  for (const uint8_t part : table.part) ++all.at(part);
  return all;
}

void keep_only(JetTable &table, const std::vector<bool> &keep) {
  const uint64_t width = table.row_width();
  uint64_t to = 0;
  for (uint64_t i = 0; i < table.size(); ++i) {
    if (!keep[i]) continue;
    if (to != i) {
      std::copy_n(table.rows.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                  table.rows.begin() + static_cast<std::ptrdiff_t>(to * width));
      table.label[to] = table.label[i], table.group[to] = table.group[i], table.part[to] = table.part[i];
    }
    ++to;
  }
  table.rows.resize(to * width), table.label.resize(to), table.group.resize(to), table.part.resize(to);
}

}  // namespace

void split_by_group(JetTable &table) {
  for (uint64_t i = 0; i < table.size(); ++i) {
    if (table.part[i] != kOpen) continue;
    const uint64_t l = lot(table.group[i], 1);
    table.part[i] = l < 800 ? kTrain : l < 900 ? kValidation : kTest;
  }
}

void carve_from_training(JetTable &table, Part to) {
  for (uint64_t i = 0; i < table.size(); ++i)
    if (table.part[i] == kTrain && lot(table.group[i], 2) < 100) table.part[i] = to;
}

void remove_shared(JetTable &table) {
  const std::array<uint64_t, 3> before = counts(table);
  std::unordered_set<uint64_t> groups, rows;
  std::vector<bool> keep(table.size(), true);
  for (const Part part : {kTest, kValidation, kTrain}) {
    std::vector<uint64_t> keys;
    for (uint64_t i = 0; i < table.size(); ++i) {
      if (table.part[i] != part) continue;
      keys.push_back(row_key(table.row(i), table.row_width()));
      keep[i] = groups.count(table.group[i]) == 0 && rows.count(keys.back()) == 0;
    }
    if (part == kTrain) break;
    rows.insert(keys.begin(), keys.end());
    for (uint64_t i = 0; i < table.size(); ++i)
      if (table.part[i] == part) groups.insert(table.group[i]);
  }
  keep_only(table, keep);
  const std::array<uint64_t, 3> after = counts(table);
  for (std::size_t p = 0; p < after.size(); ++p) {
    const std::string name = std::string("split '") + kPartNames[p] + "'";
    if (before[p] == 0)
      nac::fail(NAC_DATA_LOSS, name + " is empty: " + std::to_string(table.size()) +
                                   " jets are too few, or the data assigns no jet to it");
    const uint64_t lost = before[p] - after[p];
    if (2 * lost > before[p])
      nac::fail(NAC_DATA_LOSS, name + " shares " + std::to_string(lost) + " of its " + std::to_string(before[p]) +
                                   " jets or events with another split; accepted are splits that share none");
    if (lost > 0)
      table.notes.push_back(name + ": dropped " + std::to_string(lost) +
                            " jets whose event, or an identical jet, is in a later split");
  }
}

}  // namespace jets
