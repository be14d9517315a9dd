// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "manifest/stages.hpp"
#include "study/quantity.hpp"

namespace nac::fw {

/// A compressed network, as the rules of [choose] see it.
struct ChoosePoint {
  double loss = 0;  ///< the first metric, turned so that less is better
  double bops = 0, bits = 32, sparsity = 0;
  std::map<std::string, double> metrics;
};

struct ChooseInput {
  std::vector<ChoosePoint> points;
  double reference = 0;  ///< loss of the best network known, compressed or not
  double sigma = 0;      ///< of the loss between retrainings; smaller differences are none
};

/// What may be lost: delta of the reference's size, or sigma if that is larger.
double tolerance(const ChooseInput &input, double delta);

/// The non-dominated points in loss and BOPs, by ascending BOPs; a point must beat every cheaper one on the front by
/// more than `epsilon`.
std::vector<std::size_t> epsilon_front(const std::vector<ChoosePoint> &points, double epsilon);

/// The pick of a rule among the points that hold the budget, if there is one, and, but with rule budget, lose at most
/// the tolerance:
/// lexi    fewest bits, then highest sparsity, then least loss
/// knee    the member of the epsilon front with the largest hypervolume contribution, log2 BOPs and loss each scaled to
///         the front's own range, with the reference point a tenth of it beyond
/// budget  least loss
/// Of equal ones the cheapest, then the first. Nothing: no point is left.
std::optional<std::size_t> choose_point(const ChooseInput &input, const ChooseStage &stage);

/// For Large, Medium, Small, Tiny the least loss in each quarter of the front by rank of BOPs; a front of fewer than
/// four leaves some out.
std::map<std::string, std::size_t> labelled_points(const std::vector<ChoosePoint> &points);

}  // namespace nac::fw
