// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "hls_backend/estimate/layer_facts.hpp"
#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// A layer of a model as the estimator prices it.
struct planned_layer {
  const layer *source = nullptr;
  std::vector<layer_facts> parts;  ///< its operation, then its steps; empty: free
  int64_t words = 1;               ///< stream: of one sample that it reads, one after the other
  int64_t lead = 0;                ///< stream: words read before the first result
  int64_t flush = 0;               ///< stream: clocks of results after the last word
  bool collects = false;           ///< stream: no result before the last word
};

/// In the order of m.layers.
std::vector<planned_layer> plan_layers(const model &m);

}  // namespace nac::hls
