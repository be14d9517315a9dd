// SPDX-License-Identifier: Apache-2.0
#include "bragg/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bragg/patch_set.hpp"

namespace nac::bragg {
namespace {

double quantile(const std::vector<float> &sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(below);
  return (1 - part) * static_cast<double>(sorted[below]) + part * static_cast<double>(sorted[above]);
}

const float *coordinates(const nac_view &view, const char *what, int64_t &count) {
  if (view.ndim != 2 || view.shape[1] != 2) invalid(std::string(what) + " must have the shape [samples, 2]");
  count = view.shape[0];
  return dense<float>(view);
}

}  // namespace

void distance_metrics::update(const nac_view *const *predictions, const nac_view *const *targets) {
  int64_t predicted = 0, labelled = 0;
  const float *p = coordinates(*predictions[0], "predictions", predicted);
  const float *t = coordinates(*targets[0], "targets", labelled);
  if (predicted != labelled)
    invalid(std::to_string(predicted) + " predictions came with " + std::to_string(labelled) + " targets");
  for (int64_t i = 0; i < predicted; ++i)
    distances_.push_back(std::hypot(p[2 * i] - t[2 * i], p[2 * i + 1] - t[2 * i + 1]) * static_cast<float>(kCrop));
}

std::vector<double> distance_metrics::end() {
  if (distances_.empty()) throw failure(NAC_FAILED_PRECONDITION, "there are no samples to measure distances on");
  double sum = 0;
  for (const float d : distances_) {
    // hypot of an infinity and a NaN is infinite, and a NaN has no place in a sort.
    if (std::isnan(d)) return std::vector<double>(3, std::numeric_limits<double>::quiet_NaN());
    sum += static_cast<double>(d);
  }
  std::sort(distances_.begin(), distances_.end());
  return {sum / static_cast<double>(distances_.size()), quantile(distances_, 0.5), quantile(distances_, 0.95)};
}

}  // namespace nac::bragg
