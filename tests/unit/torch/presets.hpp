// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/samples.hpp"

namespace test {

/// A preset of one of the tasks, with its loss and start values.
struct Preset {
  std::string name;  ///< "bragg/Large"
  nac::fw::Graph graph;
  nac::fw::ValueId loss = 0;

  /// Whether it has BatchNormalization, which needs more than one sample.
  bool normalizes() const;
  /// Random inputs and targets.
  nac::fw::Samples batch(int64_t count, uint64_t key) const;
};

/// All of bragg and jets, as their plugins build them.
const std::vector<Preset> &presets();
const Preset &preset(const std::string &name);

}  // namespace test
