// SPDX-License-Identifier: Apache-2.0
#include "search_common/hypervolume.hpp"

#include <algorithm>

namespace nac::searching {
namespace {

using rows = std::vector<const double *>;

double sweep(rows points, const std::vector<double> &reference) {
  std::sort(points.begin(), points.end(),
            [](const double *a, const double *b) { return a[0] != b[0] ? a[0] < b[0] : a[1] < b[1]; });
  double volume = 0, height = reference[1];
  for (const double *p : points) {
    if (p[1] >= height) continue;
    volume += (reference[0] - p[0]) * (height - p[1]);
    height = p[1];
  }
  return volume;
}

double slices(rows points, std::size_t m, const std::vector<double> &reference) {
  if (points.empty()) return 0;
  if (m == 1) {
    const auto best =
        std::min_element(points.begin(), points.end(), [](const double *a, const double *b) { return a[0] < b[0]; });
    return reference[0] - (*best)[0];
  }
  if (m == 2) return sweep(std::move(points), reference);
  const std::size_t last = m - 1;
  std::sort(points.begin(), points.end(), [last](const double *a, const double *b) { return a[last] < b[last]; });
  double volume = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double thickness = (i + 1 < points.size() ? points[i + 1][last] : reference[last]) - points[i][last];
    if (thickness > 0)
      volume += thickness *
                slices(rows(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(i) + 1), last, reference);
  }
  return volume;
}

}  // namespace

double hypervolume(const std::vector<double> &f, std::size_t m, const std::vector<double> &reference) {
  rows points;
  for (std::size_t i = 0; i * m < f.size(); ++i) {
    bool inside = true;
    for (std::size_t k = 0; k < m; ++k) inside &= f[i * m + k] < reference[k];
    if (inside) points.push_back(&f[i * m]);
  }
  return slices(std::move(points), m, reference);
}

double hypervolume_gain(const std::vector<double> &f, std::size_t m, const double *point,
                        const std::vector<double> &reference) {
  double box = 1;
  for (std::size_t k = 0; k < m; ++k) box *= std::max(0.0, reference[k] - point[k]);
  if (box == 0) return 0;
  std::vector<double> limited(f);  // what the others dominate inside the point's own box
  for (std::size_t i = 0; i < limited.size(); ++i) limited[i] = std::max(limited[i], point[i % m]);
  return std::max(0.0, box - hypervolume(limited, m, reference));
}

}  // namespace nac::searching
