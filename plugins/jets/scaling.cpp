// SPDX-License-Identifier: Apache-2.0
#include "scaling.hpp"

#include <algorithm>
#include <cmath>

#include "nac/cpp/error.hpp"

namespace jets {
namespace {

constexpr std::array<const char *, 3> kFeatureNames{"pT", "eta_rel", "phi_rel"};

/// Quantile q of the values, interpolated linearly between order statistics; reorders them.
double quantile(std::vector<float> &values, double q) {
  const double at = q * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::ptrdiff_t>(at);
  std::nth_element(values.begin(), values.begin() + low, values.end());
  const double first = values[static_cast<std::size_t>(low)];
  if (at == static_cast<double>(low)) return first;
  const double second = *std::min_element(values.begin() + low + 1, values.end());
  return first + (at - static_cast<double>(low)) * (second - first);
}

void fit_feature(ScalingRule rule, std::vector<float> &values, double &centre, double &width) {
  if (rule == ScalingRule::robust) {
    centre = quantile(values, 0.5);
    width = quantile(values, 0.95) - quantile(values, 0.05);
  } else if (rule == ScalingRule::minmax) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    centre = *low;
    width = static_cast<double>(*high) - *low;
  } else {
    double sum = 0, squares = 0;
    for (const float v : values) sum += v;
    centre = sum / static_cast<double>(values.size());
    for (const float v : values) squares += (v - centre) * (v - centre);
    width = std::sqrt(squares / static_cast<double>(values.size()));
  }
}

}  // namespace

ScalingRule parse_scaling(const std::string &text) {
  if (text == "none") return ScalingRule::none;
  if (text == "standard") return ScalingRule::standard;
  if (text == "robust") return ScalingRule::robust;
  if (text == "minmax") return ScalingRule::minmax;
  nac::invalid("scaling = '" + text + "'; accepted are none, standard, robust, minmax");
}

void Scaling::apply(float *rows, uint64_t constituents) const {
  for (uint64_t i = 0; i < constituents; ++i)
    for (std::size_t f = 0; f < 3; ++f) rows[3 * i + f] = static_cast<float>((rows[3 * i + f] - centre[f]) / width[f]);
}

std::vector<double> to_constants(const Scaling &scaling) {
  std::vector<double> constants;
  for (std::size_t f = 0; f < 3; ++f) constants.insert(constants.end(), {scaling.centre[f], scaling.width[f]});
  return constants;
}

Scaling from_constants(const std::vector<double> &constants) {
  if (constants.size() != 6)
    nac::invalid("scaling_constants has " + std::to_string(constants.size()) +
                 " numbers; accepted are six: centre and width of pT, eta_rel and phi_rel");
  Scaling scaling;
  for (std::size_t f = 0; f < 3; ++f) {
    scaling.centre[f] = constants[2 * f];
    scaling.width[f] = constants[2 * f + 1];
    if (!std::isfinite(scaling.centre[f]) || !std::isfinite(scaling.width[f]) || !(scaling.width[f] > 0))
      nac::invalid(std::string("scaling_constants: centre and width of ") + kFeatureNames[f] + " are " +
                   std::to_string(scaling.centre[f]) + " and " + std::to_string(scaling.width[f]) +
                   "; accepted are finite numbers, the width positive");
  }
  return scaling;
}

Scaling fit_scaling(ScalingRule rule, const JetTable &table) {
  Scaling scaling;
  if (rule == ScalingRule::none) return scaling;
  const auto slots = static_cast<uint64_t>(table.constituents);
  for (std::size_t f = 0; f < 3; ++f) {
    std::vector<float> values;
    for (uint64_t i = 0; i < table.size(); ++i) {
      if (table.part[i] != kTrain) continue;
      const float *row = table.row(i);
      for (uint64_t c = 0; c < slots && row[3 * c] > 0; ++c) values.push_back(row[3 * c + f]);
    }
    if (values.empty()) nac::fail(NAC_DATA_LOSS, "the training split has no constituent above the pT cut");
    fit_feature(rule, values, scaling.centre[f], scaling.width[f]);
    if (!(scaling.width[f] > 0) || !std::isfinite(scaling.width[f]))
      nac::fail(NAC_DATA_LOSS, std::string("feature ") + kFeatureNames[f] + " does not vary over the " +
                                   std::to_string(values.size()) +
                                   " constituents of the training split, so it cannot be scaled; scaling = \"none\" "
                                   "takes it as it is");
  }
  return scaling;
}

}  // namespace jets
