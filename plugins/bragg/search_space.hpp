// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bragg/architecture.hpp"
#include "nac/cpp/space.hpp"

namespace nac::bragg {

/// The search space of the NAC paper's Table 7, with the channel sets of the published search code: projection
/// {8 ... 64}, block convolutions {2 ... 64}, attention {1 ... 32}, linear layers {4 ... 64}.
class search_space {
 public:
  /// output_activation: Table 7 samples an activation for "all 4 layers"; after the output it only hurts, so that it is
  /// left out unless asked for.
  explicit search_space(bool output_activation) : output_activation_(output_activation) {}

  void write(space_writer &space) const;
  /// The network of a point; reads the active dimensions only.
  architecture decode(const point_reader &point) const;

 private:
  bool output_activation_;
};

}  // namespace nac::bragg
