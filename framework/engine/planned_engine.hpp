// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "engine/engine.hpp"

namespace nac::fw {

/// What an engine has not, and the node of a graph that needs it.
struct Lack {
  std::string what;  ///< "Softmax over axis 1": equal for all graphs that lack the same
  std::string node;  ///< "'attention'": in this graph, or empty when no single node is to blame
};

/// An engine that has a plan for some graphs and none for others.
class PlannedEngine : public Engine {
 public:
  /// Nothing when this engine can do it: with a loss train the graph, validate it and give its gradients, without
  /// (loss 0) run it forward to its outputs. Else the first thing it lacks. Cheap: planning only, no weights.
  virtual std::optional<Lack> lacks(const Graph &graph, ValueId loss) const = 0;
};

}  // namespace nac::fw
