// SPDX-License-Identifier: Apache-2.0
//
// simulation.hpp: the generated project compiled by g++ and run in this process. Its <proj>_bridge.cpp exports
//   extern "C" int nac_simulate(const float *const *inputs, double *const *outputs, unsigned long long rows);
// one pointer per input and output of the model, rows one after the other in the tensors' flat order; 0: done.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "hls_backend/emit/design.hpp"
#include "nac/cpp/backend.hpp"

namespace nac::hls {

class simulation {
 public:
  /// Compiles, or finds what was compiled from the same files before. Throws failure: NAC_UNAVAILABLE without a
  /// compiler, NAC_INTERNAL with the compiler's first error.
  simulation(const std::vector<file> &files, const model &m, const work &call);
  ~simulation();
  simulation(const simulation &) = delete;
  simulation &operator=(const simulation &) = delete;
  /// Spreads the rows over the host's threads. One vector per output, rows * size.
  std::vector<std::vector<double>> run(const std::vector<const float *> &inputs, int64_t rows, const work &call) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace nac::hls
