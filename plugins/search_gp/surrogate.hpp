// SPDX-License-Identifier: Apache-2.0
//
// surrogate.hpp: the model of one trained objective over the course of a study: which results it holds and when its
// hyper-parameters are found anew.
#pragma once
#include <cstdint>

#include "fit.hpp"
#include "search_common/state_text.hpp"

namespace nac::searching {

class surrogate {
 public:
  /// Takes the value of each of `points`; those of the last call come first and are the same points. With more than
  /// `limit` points it holds a part: the lowest of `ranks`, some of all others, and what came since.
  void update(const kernel &k, const coded_points &points, const std::vector<double> &values,
              const std::vector<uint32_t> &ranks, std::size_t limit);

  /// True when update() with so many points would look for new hyper-parameters, and there are some already.
  bool due(std::size_t points) const;
  /// The points that hyper-parameters are found on.
  static std::vector<std::size_t> looked_at(const std::vector<uint32_t> &ranks);
  /// A model of `which` points with the hyper-parameters there are; values must be set.
  gaussian_process of(const kernel &k, const coded_points &points, const std::vector<std::size_t> &which) const;

  /// Adds a candidate whose value is not known yet, at the mean of the model (kriging believer); see drop_believed().
  void believe(const std::vector<double> &code) { model_.append(code); }
  void drop_believed() { model_.truncate(held_.size()); }
  const gaussian_process &model() const { return model_; }

  void write(state_writer &w) const;
  /// Rebuilds the factor in the same steps, so that the same candidates follow.
  void read(state_reader &r, const kernel &k, const coded_points &points);

 private:
  void find_parameters(const kernel &k, const coded_points &points, const std::vector<double> &values,
                       const std::vector<uint32_t> &ranks);

  gp_fit fit_;
  std::size_t fitted_ = 0;         ///< number of points when the hyper-parameters were found; 0: never
  std::size_t factored_ = 0;       ///< of held_, factored at once; the others were appended
  std::vector<std::size_t> held_;  ///< points in the model
  std::size_t seen_ = 0;           ///< points of the last update
  gaussian_process model_;
};

}  // namespace nac::searching
