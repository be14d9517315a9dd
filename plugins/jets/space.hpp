// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "architecture.hpp"
#include "nac/cpp/space.hpp"

namespace jets {

constexpr int kMaxLayers = 4;  ///< linear layers of phi, and of rho

/// The search space of Table 8 of the NAC paper, with the depths of the authors' logs (1 to 4 linear layers in phi and
/// in rho) and sum as a third aggregator. Dimension names and values are those of the log columns
/// (phi_MLP_width_0 -> phi_width_0), indices included, so that a logged trial is a point of this space.
class SearchSpace {
 public:
  /// output_activation: also search an activation on the logits, as the authors did. Without it every logged network
  /// whose last activation is none can be expressed.
  explicit SearchSpace(bool output_activation);

  void write(nac::space_writer &space) const;
  DeepSet network(const nac::point_reader &point) const;

 private:
  /// Dimension indices of one of the two networks; -1 marks a dimension that does not exist.
  struct Part {
    int64_t length = 0;
    std::array<int64_t, kMaxLayers> width{}, norm{}, act{};
  };
  Part make_part(bool last_activation);
  static void write_part(nac::space_writer &space, const char *prefix, const Part &part, bool last_activation);
  static std::vector<Layer> layers(const nac::point_reader &point, const Part &part, int64_t last_width);

  bool output_activation_;
  uint32_t next_ = 0;
  uint32_t aggregator_, bottleneck_;
  Part phi_, rho_;
};

}  // namespace jets
