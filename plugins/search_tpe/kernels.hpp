// SPDX-License-Identifier: Apache-2.0
//
// kernels.hpp: the one-dimensional kernels of a Parzen estimator.
#pragma once
#include <cstdint>
#include <vector>

#include "search_common/space_model.hpp"

namespace nac::searching {

/// All kernels of one dimension: component c is centred on observation c; the last component is the prior, broad and
/// centred on the range. Numbers live on [0, 1] of their (logarithmic) range under truncated normals; ordered values
/// and integers on 0 ... count-1 under the same, integrated over each value's cell; choices under a smoothed delta.
class kernels {
 public:
  /// `values`: what was observed. `neighbours`: widths from gaps between observations (one-dimensional estimators);
  /// otherwise one width, min(0.2 range, 0.5 sd) n^(-1/(d+4)) for a d-dimensional estimator (Scott's rule in n). None
  /// is narrower than range / (n + 2)^clip_power.
  kernels(const space_model &space, std::size_t dimension, const std::vector<double> &values, std::size_t d,
          bool neighbours, double clip_power);

  double sample(const space_model &space, std::size_t component, rng &r) const;
  /// Adds the log density of `value` under every component to sums (one entry per component).
  void add_log_density(const space_model &space, double value, std::vector<double> &sums) const;

 private:
  enum class form { choice, table, cells, line };
  void set_widths(const std::vector<double> &centres, std::size_t d, bool neighbours, double range, double clip_power);
  double cell_mass(double centre, double width, double k) const;  ///< of a normal, not truncated
  double total_mass(double centre, double width) const;           ///< that a normal has on the range

  std::size_t dimension_;
  uint64_t count_;
  form form_;
  std::vector<double> centre_, width_;      ///< on [0, 1] for a line, on [-0.5, count - 0.5] for cells
  std::vector<double> constant_, inverse_;  ///< line: log of the normalization, 1 / (2 width^2);
                                            ///< cells: log of the mass on the range
  std::vector<uint32_t> row_;               ///< choice and table: row of the component
  std::vector<double> table_;               ///< log mass of value k in row: table_[row * count + k]
};

}  // namespace nac::searching
