// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "manifest/stages.hpp"
#include "pipeline/ports.hpp"

namespace nac::fw {

/// What networks cost by the backend of [hardware], which is asked before anything is built. Values depend on the
/// network and the point alone; each call makes a backend of its own. Thread-safe.
class HardwareCosts {
 public:
  HardwareCosts(const HardwareStage &stage, BackendFactory make) : stage_(stage), make_(std::move(make)) {}
  /// By the names that the manifest uses, "hls.lut". `point`: see parameters_at(). Throws Infeasible with the backend's
  /// reason where the parameters do not go with the network.
  std::map<std::string, double> measure(const Graph &model, const std::string &point) const;
  /// Of a network that is not trained yet: throws Infeasible where its shapes rule the parameters out, so that nothing
  /// is trained in vain.
  void check_shapes(Graph untrained, const std::string &point) const;

 private:
  const HardwareStage &stage_;
  const BackendFactory make_;
};

}  // namespace nac::fw
