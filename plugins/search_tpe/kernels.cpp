// SPDX-License-Identifier: Apache-2.0
#include "kernels.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nac::searching {
namespace {

/// Up to this many values, masses are tabulated; above, integers are treated as a line of cells.
constexpr uint64_t kTabulated = 64;
constexpr double kSmallestMass = 1e-300;
/// Widths follow the spread of the observations, so that the model sharpens while the good ones gather; Optuna keeps
/// 0.2 of the range and 1 / (n + 1). Chosen on Branin, Hartmann-6, Rosenbrock-5 and mixcond (bench/search), 60 seeds.
constexpr double kRangeShare = 0.2, kSpreadShare = 0.5, kMostKernels = 1000;

double normal_cdf(double x) { return 0.5 * std::erfc(-x * 0.70710678118654752440); }

/// Mass of a standard normal between a and b, without cancellation in the upper tail.
double normal_mass(double a, double b) {
  if (a < -9 && b > 9) return 1;
  return a > 0 ? normal_cdf(-a) - normal_cdf(-b) : normal_cdf(b) - normal_cdf(a);
}

/// A normal truncated to [low, high], by rejection: centres lie inside, so at least a fair share of draws is accepted;
/// the fallback for extreme luck is uniform.
double truncated_normal(double centre, double width, double low, double high, rng &r) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const double x = r.normal(centre, width);
    if (x >= low && x <= high) return x;
  }
  return r.uniform(low, high);
}

}  // namespace

kernels::kernels(const space_model &space, std::size_t dimension, const std::vector<double> &values, std::size_t d,
                 bool neighbours, double clip_power)
    : dimension_(dimension), count_(space.count(dimension)) {
  const std::size_t n = values.size();
  const double range = count_ == 0 ? 1 : static_cast<double>(count_);
  if (space[dimension].kind == NAC_DIMENSION_CHOICE) {
    form_ = form::choice;
    const double smoothing = 1.0 / static_cast<double>(n + 1), total = 1 + smoothing * range;
    table_.assign((count_ + 1) * count_, std::log(smoothing / total));
    for (std::size_t k = 0; k < count_; ++k) {
      table_[k * count_ + k] = std::log((1 + smoothing) / total);
      table_[count_ * count_ + k] = -std::log(range);
    }
    for (const double v : values) row_.push_back(static_cast<uint32_t>(space.index_of(dimension, v)));
    row_.push_back(static_cast<uint32_t>(count_));
    return;
  }
  form_ = count_ == 0 ? form::line : count_ <= kTabulated && !neighbours ? form::table : form::cells;
  for (const double v : values)
    centre_.push_back(count_ == 0 ? space.to_unit(dimension, v) : static_cast<double>(space.index_of(dimension, v)));
  set_widths(centre_, d, neighbours, range, clip_power);
  centre_.push_back(count_ == 0 ? 0.5 : 0.5 * (range - 1));
  width_.push_back(range);

  if (form_ == form::line) {
    for (std::size_t c = 0; c <= n; ++c) {
      const double mass = normal_mass(-centre_[c] / width_[c], (1 - centre_[c]) / width_[c]);
      constant_.push_back(-std::log(width_[c] * mass * 2.50662827463100050242));
      inverse_.push_back(0.5 / (width_[c] * width_[c]));
    }
  } else if (form_ == form::table) {
    // One width for all observations: rows by observed value, the last for the prior.
    for (std::size_t row = 0; row <= count_; ++row) {
      const double centre = row < count_ ? static_cast<double>(row) : centre_[n];
      const double width = row < count_ && n > 0 ? width_[0] : range;
      for (std::size_t k = 0; k < count_; ++k)
        table_.push_back(std::log(cell_mass(centre, width, static_cast<double>(k)) / total_mass(centre, width)));
    }
    for (std::size_t c = 0; c < n; ++c) row_.push_back(static_cast<uint32_t>(centre_[c]));
    row_.push_back(static_cast<uint32_t>(count_));
  } else {
    for (std::size_t c = 0; c <= n; ++c) constant_.push_back(std::log(total_mass(centre_[c], width_[c])));
  }
}

double kernels::total_mass(double centre, double width) const {
  return normal_mass((-0.5 - centre) / width, (static_cast<double>(count_) - 0.5 - centre) / width);
}

void kernels::set_widths(const std::vector<double> &centres, std::size_t d, bool neighbours, double range,
                         double clip_power) {
  const std::size_t n = centres.size();
  const double low = count_ == 0 ? 0 : -0.5, high = low + range;
  if (!neighbours) {
    const double size = static_cast<double>(std::max<std::size_t>(n, 1));
    double mean = 0, variance = 0;
    for (const double c : centres) mean += c / size;
    for (const double c : centres) variance += (c - mean) * (c - mean) / size;
    const double scale = std::min(kRangeShare * range, kSpreadShare * std::sqrt(variance));
    width_.assign(n, scale * std::pow(size, -1.0 / (static_cast<double>(d) + 4)));
  } else {
    std::vector<double> all(centres);
    all.push_back(0.5 * (low + high));  // the prior takes part
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return all[a] < all[b]; });
    width_.assign(n, 0);
    for (std::size_t k = 0; k < order.size(); ++k) {
      if (order[k] == n) continue;
      const double here = all[order[k]];
      const bool first = k == 0, last = k + 1 == order.size();
      const double below = first ? here - low : here - all[order[k - 1]];
      const double above = last ? high - here : all[order[k + 1]] - here;
      // The distance to the end of the range counts only while there are few observations.
      const bool ends = order.size() < 3;
      width_[order[k]] = first && !ends ? above : last && !ends ? below : std::max(below, above);
    }
  }
  // "Magic clip": with few observations no kernel may be narrow.
  const double smallest = range / std::min(kMostKernels, std::pow(static_cast<double>(n + 2), clip_power));
  for (double &w : width_) w = std::clamp(w, smallest, range);
}

double kernels::cell_mass(double centre, double width, double k) const {
  return std::max(kSmallestMass, normal_mass((k - 0.5 - centre) / width, (k + 0.5 - centre) / width));
}

double kernels::sample(const space_model &space, std::size_t component, rng &r) const {
  if (form_ == form::line)
    return space.from_unit(dimension_, truncated_normal(centre_[component], width_[component], 0, 1, r));
  if (form_ == form::choice) {
    const uint32_t row = row_[component];
    double left = r.uniform();
    for (uint64_t k = 0; k + 1 < count_; ++k)
      if ((left -= std::exp(table_[row * count_ + k])) < 0) return space.value_at(dimension_, k);
    return space.value_at(dimension_, count_ - 1);
  }
  const double high = static_cast<double>(count_) - 0.5;
  const double x = truncated_normal(centre_[component], width_[component], -0.5, high, r);
  return space.value_at(dimension_, std::min(count_ - 1, static_cast<uint64_t>(std::max(0.0, std::floor(x + 0.5)))));
}

void kernels::add_log_density(const space_model &space, double value, std::vector<double> &sums) const {
  const std::size_t n = sums.size();
  if (form_ == form::line) {
    const double x = space.to_unit(dimension_, value);
    for (std::size_t c = 0; c < n; ++c) sums[c] += constant_[c] - (x - centre_[c]) * (x - centre_[c]) * inverse_[c];
    return;
  }
  const uint64_t k = space.index_of(dimension_, value);
  if (form_ == form::cells) {
    for (std::size_t c = 0; c < n; ++c)
      sums[c] += std::log(cell_mass(centre_[c], width_[c], static_cast<double>(k))) - constant_[c];
    return;
  }
  for (std::size_t c = 0; c < n; ++c) sums[c] += table_[row_[c] * count_ + k];
}

}  // namespace nac::searching
