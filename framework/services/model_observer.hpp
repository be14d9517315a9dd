// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "nac/observe.h"

namespace nac::fw {

/// What answers nac.observe/1. Every member throws Error for a model that cannot be run or deployed.
class ModelObserver {
 public:
  virtual ~ModelObserver() = default;
  /// float32 [samples, ...]; see nac/observe.h.
  virtual Tensor values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const = 0;
  virtual std::vector<double> metrics(const Graph &model) const = 0;
  /// "bops", "parameters", "macs", "sparsity"
  virtual double cost(const Graph &model, const std::string &name) const = 0;
  virtual int direction(uint32_t metric) const = 0;  ///< 0: no such metric
};

const nac_observe_service &observe_service();
inline const nac_observer *to_abi(const ModelObserver *observer) {
  return reinterpret_cast<const nac_observer *>(observer);
}

}  // namespace nac::fw
