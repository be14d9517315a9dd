// SPDX-License-Identifier: Apache-2.0
#include "kernel.hpp"

#include <cmath>

#include "portable_math.hpp"

namespace nac::searching {
namespace {

constexpr double kInactive = -1, kMismatch = 0.5;

/// Calls f(point, distance) for the first `count` values of a column.
template <class F>
void each_distance(const double *column, std::size_t count, double code, bool nominal, F &&f) {
  if (code < 0)
    for (std::size_t i = 0; i < count; ++i) f(i, column[i] < 0 ? 0 : kMismatch);
  else if (nominal)
    for (std::size_t i = 0; i < count; ++i) f(i, column[i] == code ? 0 : column[i] < 0 ? kMismatch : 1);
  else
    for (std::size_t i = 0; i < count; ++i) f(i, column[i] < 0 ? kMismatch : std::abs(column[i] - code));
}

}  // namespace

void coded_points::append(const std::vector<double> &code) {
  for (std::size_t d = 0; d < columns_.size(); ++d) columns_[d].push_back(code[d]);
  ++size_;
}

std::vector<double> coded_points::row(std::size_t i) const {
  std::vector<double> code;
  for (const std::vector<double> &column : columns_) code.push_back(column[i]);
  return code;
}

kernel::kernel(const space_model &space) {
  for (std::size_t i = 0; i < space.size(); ++i) {
    // A dimension with one value says nothing that its parents do not say.
    if (!space.variable(i)) continue;
    sources_.push_back(i);
    nominal_.push_back(space[i].kind == NAC_DIMENSION_CHOICE ? 1 : 0);
  }
}

std::vector<double> kernel::encode(const space_model &space, const genome &g) const {
  const std::vector<char> active = space.activity(g);
  std::vector<double> code(sources_.size(), kInactive);
  for (std::size_t d = 0; d < sources_.size(); ++d) {
    const std::size_t i = sources_[d];
    if (!active[i]) continue;
    if (nominal_[d])
      code[d] = static_cast<double>(space.index_of(i, g[i]));
    else if (space[i].logarithmic)
      code[d] = portable_log(g[i] / space[i].low) / portable_log(space[i].high / space[i].low);
    else
      code[d] = (g[i] - space[i].low) / (space[i].high - space[i].low);
  }
  return code;
}

void kernel::distances(const coded_points &points, std::size_t count, std::size_t d, double code, double *out) const {
  each_distance(points.column(d).data(), count, code, nominal_[d], [out](std::size_t i, double v) { out[i] = v; });
}

void kernel::row(const coded_points &points, const std::vector<double> &weights, const std::vector<double> &code,
                 double *out) const {
  const std::size_t n = points.size();
  for (std::size_t i = 0; i < n; ++i) out[i] = 0;
  for (std::size_t d = 0; d < sources_.size(); ++d) {
    const double w = weights[d];
    each_distance(points.column(d).data(), n, code[d], nominal_[d], [=](std::size_t i, double v) { out[i] -= w * v; });
  }
  for (std::size_t i = 0; i < n; ++i) out[i] = portable_exp(out[i]);
}

}  // namespace nac::searching
