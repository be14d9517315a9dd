// SPDX-License-Identifier: Apache-2.0
#include "fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "portable_math.hpp"

namespace nac::searching {
namespace {

constexpr double kRelativeSd = 2.0;                    // of the logarithms of the relative weights
constexpr double kNoiseCentre = -5.0, kNoiseSd = 2.5;  // of the logarithm of the noise
constexpr double kLogWeightLow = -9, kLogWeightHigh = 4, kLogNoiseLow = -12, kLogNoiseHigh = 1;
constexpr double kFirstStep = 0.2, kLongestStep = 0.8, kShortestStep = 1e-3, kGrow = 1.3, kShrink = 0.5;

/// One variable of the search: its value and what Rprop remembers of it.
struct variable {
  double *value;
  double gradient = 0, step = kFirstStep, low, high;
};

}  // namespace

gp_parameters gp_fit::parameters() const {
  gp_parameters p;
  for (const double relative : log_relative)
    p.weights.push_back(portable_exp(std::clamp(log_overall + relative, kLogWeightLow, kLogWeightHigh)));
  p.noise = portable_exp(log_noise);
  return p;
}

double gp_fit::log_prior() const {
  double sum = 0;
  for (const double relative : log_relative) sum += relative * relative;
  const double noise = (log_noise - kNoiseCentre) / kNoiseSd;
  return -0.5 * (sum / (kRelativeSd * kRelativeSd) + noise * noise);
}

gp_fit coarse_fit(const kernel &k, const coded_points &points, const std::vector<double> &values) {
  gp_fit best;
  best.log_relative.assign(k.dimensions(), 0.0);
  double best_score = -std::numeric_limits<double>::infinity();
  for (const double overall : {-5.0, -4.0, -3.0, -2.0, -1.0, 0.0})
    for (const double noise : {-7.0, -4.0, -1.5}) {
      gp_fit trial = best;
      trial.log_overall = overall;
      trial.log_noise = noise;
      gaussian_process gp(k, trial.parameters(), points);
      gp.set_values(values);
      const double score = gp.log_likelihood() + trial.log_prior();
      if (!(score > best_score)) continue;
      best_score = score;
      best = trial;
    }
  return best;
}

gp_fit refined_fit(const kernel &k, const coded_points &points, const std::vector<double> &values, const gp_fit &start,
                   int steps) {
  gp_fit now = start, best = start;
  double best_score = -std::numeric_limits<double>::infinity();
  std::vector<variable> variables;
  for (double &relative : now.log_relative) variables.push_back({&relative, 0, kFirstStep, -5, 5});
  variables.push_back({&now.log_noise, 0, kFirstStep, kLogNoiseLow, kLogNoiseHigh});
  variables.push_back({&now.log_overall, 0, kFirstStep, kLogWeightLow, kLogWeightHigh});
  for (int step = 0; step <= steps; ++step) {
    gaussian_process gp(k, now.parameters(), points);
    gp.set_values(values);
    const double score = gp.log_likelihood() + now.log_prior();
    if (score > best_score) {
      best_score = score;
      best = now;
    }
    if (step == steps) break;
    std::vector<double> gradient = gp.gradient();
    const double overall = std::accumulate(gradient.begin(), gradient.end() - 1, 0.0);
    for (std::size_t d = 0; d < now.log_relative.size(); ++d)
      gradient[d] -= now.log_relative[d] / (kRelativeSd * kRelativeSd);
    gradient.back() -= (now.log_noise - kNoiseCentre) / (kNoiseSd * kNoiseSd);
    gradient.push_back(overall);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      variable &x = variables[v];
      const double agreement = x.gradient * gradient[v];
      if (agreement > 0) x.step = std::min(kLongestStep, x.step * kGrow);
      if (agreement < 0) x.step = std::max(kShortestStep, x.step * kShrink);
      x.gradient = agreement < 0 ? 0 : gradient[v];
      if (x.gradient != 0) *x.value = std::clamp(*x.value + (x.gradient > 0 ? x.step : -x.step), x.low, x.high);
    }
  }
  return best;
}

}  // namespace nac::searching
