// SPDX-License-Identifier: Apache-2.0
#include "judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nac::bench {
namespace {

/// Of a single layer its own clocks, of a design those from end to end.
double clocks_of(const published_design &d, const hls::network_cost &c) {
  if (d.whole) return c.latency;
  const hls::layer_facts &f = d.layers.at(0);
  const hls::layer_cost own = hls::cost_of(f, d.target);
  return f.positions > 1 ? std::max(own.depth, own.cycles(f)) : own.depth;
}

double weighted_quantile(std::vector<std::pair<double, double>> values, double share) {
  std::sort(values.begin(), values.end());
  double all = 0, sum = 0;
  for (const auto &v : values) all += v.second;
  for (const auto &v : values) {
    sum += v.second;
    if (sum >= share * all) return v.first;
  }
  return values.back().first;
}

/// One more on both sides, so that nothing has a ratio to something.
double ratio(const pair_of &p) { return (p.real + 1) / (p.estimated + 1); }

}  // namespace

void compare(const published_design &d, const fitted &coefficients, by_quantity *out) {
  const hls::network_cost c = price(d);
  const double wrapper = d.wrapped ? 1 : 0;
  const std::vector<std::pair<const char *, double>> estimated = {
      {"lut", dot(c.terms.lut.data(), coefficients.lut) + wrapper * coefficients.lut_wrapper},
      {"ff", dot(c.terms.ff.data(), coefficients.ff) + wrapper * coefficients.ff_wrapper},
      {"dsp", c.dsp},
      {"bram", c.bram_18k},
      {"latency", clocks_of(d, c)},
      {"interval", c.interval}};
  for (const auto &[name, value] : estimated) {
    const double real = d.figures.at(name);
    if (real >= 0) (*out)[name].push_back({d.repo, real, value});
  }
}

double smape(const std::vector<pair_of> &pairs) {
  double sum = 0;
  for (const pair_of &p : pairs) {
    if (p.real + p.estimated > 0) sum += 200 * std::abs(p.real - p.estimated) / (p.real + p.estimated);
  }
  return sum / static_cast<double>(pairs.size());
}

double r_squared(const std::vector<pair_of> &pairs) {
  double mean = 0, off = 0, spread = 0;
  for (const pair_of &p : pairs) mean += p.real / static_cast<double>(pairs.size());
  for (const pair_of &p : pairs) {
    off += (p.real - p.estimated) * (p.real - p.estimated);
    spread += (p.real - mean) * (p.real - mean);
  }
  if (pairs.size() < 3 || spread == 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - off / spread;
}

factors nine_in_ten(const std::vector<pair_of> &pairs) {
  std::map<std::string, double> count;
  for (const pair_of &p : pairs) count[p.repo] += 1;
  std::vector<std::pair<double, double>> ratios;
  for (const pair_of &p : pairs) ratios.emplace_back(ratio(p), 1 / count[p.repo]);
  return {std::min(1.0, weighted_quantile(ratios, 0.05)), std::max(1.0, weighted_quantile(ratios, 0.95))};
}

double coverage(const std::vector<pair_of> &pairs, const factors &f) {
  double inside = 0;
  for (const pair_of &p : pairs) inside += ratio(p) >= f.low && ratio(p) <= f.high ? 1 : 0;
  return inside / static_cast<double>(pairs.size());
}

}  // namespace nac::bench
