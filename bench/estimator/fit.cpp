// SPDX-License-Identifier: Apache-2.0
#include "fit.hpp"

#include <algorithm>
#include <cmath>

namespace nac::bench {
namespace {

struct row {
  std::vector<double> x;
  double y = 0, weight = 1;
};

/// Coordinate descent on sum w (x c - y)^2 / (y p) + pull (c / c0 - 1)^2, p being the last round's prediction.
std::vector<double> solve(const std::vector<row> &rows, const std::vector<double> &start) {
  constexpr int kRounds = 60, kSweeps = 40;
  constexpr double kPull = 0.02, kRobust = 0.1;
  std::vector<double> c = start;
  const std::size_t n = c.size();
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> normal(n * n, 0), right(n, 0);
    for (const row &r : rows) {
      const double p = std::max(1.0, dot(r.x.data(), c));
      const double miss = std::abs(p - r.y) / std::sqrt(p * r.y);
      const double w = r.weight / (r.y * p) / std::max(kRobust, miss);
      for (std::size_t i = 0; i < n; ++i) {
        if (r.x[i] == 0) continue;
        right[i] += w * r.x[i] * r.y;
        for (std::size_t j = 0; j < n; ++j) normal[i * n + j] += w * r.x[i] * r.x[j];
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      normal[i * n + i] += kPull / (start[i] * start[i]);
      right[i] += kPull / start[i];
    }
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t i = 0; i < n; ++i) {
        double rest = right[i];
        for (std::size_t j = 0; j < n; ++j) rest -= j == i ? 0 : normal[i * n + j] * c[j];
        c[i] = std::max(0.0, rest / normal[i * n + i]);
      }
    }
  }
  return c;
}

}  // namespace

double dot(const double *terms, const std::vector<double> &coefficients) {
  double sum = 0;
  for (std::size_t i = 0; i < coefficients.size(); ++i) sum += terms[i] * coefficients[i];
  return sum;
}

fitted prior() {
  return {{1.2, 1.2, 0.9, 0.4, 0.5, 0.1, 2, 0.5, 0.34, 1.5, 40, 2.6, 1.75, 150, 150, 1.5, 1.3, 1, 0.06, 80},
          {1, 0.5, 0.2, 0.5, 1, 0.5, 0.5, 1, 1, 0.5, 20, 1, 200, 3, 0.5, 1, 1.2, 1, 20}};
}

fitted fit(const std::vector<const published_design *> &designs) {
  std::map<std::string, double> rows_of;
  for (const auto *d : designs) rows_of[d->repo] += 1;
  std::vector<row> lut, ff;
  for (const auto *d : designs) {
    if (d->logic) continue;
    const hls::network_cost c = price(*d);
    const double weight = (d->whole ? 2.0 : 1.0) / std::sqrt(rows_of[d->repo]);
    // Layers of a few hundred cells are lost in the noise of what surrounds them.
    const double least = 200;
    if (d->figures.at("lut") > least) {
      lut.push_back({{c.terms.lut.begin(), c.terms.lut.end()}, d->figures.at("lut"), weight});
      lut.back().x.push_back(d->wrapped ? 1 : 0);
    }
    if (d->figures.at("ff") > least) {
      ff.push_back({{c.terms.ff.begin(), c.terms.ff.end()}, d->figures.at("ff"), weight});
      ff.back().x.push_back(d->wrapped ? 1 : 0);
    }
  }
  fitted start = prior();
  start.lut.push_back(1000);
  start.ff.push_back(100);
  fitted out = {solve(lut, start.lut), solve(ff, start.ff)};
  out.lut_wrapper = out.lut.back();
  out.ff_wrapper = out.ff.back();
  out.lut.pop_back();
  out.ff.pop_back();
  return out;
}

}  // namespace nac::bench
