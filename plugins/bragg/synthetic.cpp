// SPDX-License-Identifier: Apache-2.0
#include "bragg/synthetic.hpp"

#include <algorithm>
#include <cmath>

#include "nac/cpp/host.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::bragg {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kThreshold = 10, kReadNoise = 2;
constexpr double kFwhmOfSigma = 2.3548200450309493;
// Fitted to the quantiles of the published error histogram (0.021, 0.04, 0.09, 0.29, 0.56, 0.69 px at 10, 25, 50, 75,
// 90, 95 %).
constexpr double kHardShare = 0.33, kHardMean = 0.46, kHardSpread = 0.23;
constexpr double kEasySigma = 0.042, kEasySpread = 0.55;

struct profile {
  double amplitude, row, column, sigma_row, sigma_column, rho, eta;

  double at(int r, int q) const {
    const double y = (r - row) / sigma_row, x = (q - column) / sigma_column;
    const double square = (y * y - 2 * rho * y * x + x * x) / (1 - rho * rho);
    // Same full width at half maximum for both parts.
    const double lorentz = 1 / (1 + 4 * square / (kFwhmOfSigma * kFwhmOfSigma));
    return amplitude * (eta * lorentz + (1 - eta) * std::exp(-square / 2));
  }
};

/// Poisson counts; from 30 on the normal approximation, whose skewness is then far below the read-out noise.
double poisson(rng &random, double mean) {
  if (mean > 30) return std::max(0.0, std::round(random.normal(mean, std::sqrt(mean))));
  const double limit = std::exp(-mean);
  double product = random.uniform();
  int n = 0;
  while (product > limit) product *= random.uniform(), ++n;
  return n;
}

/// Where in its pixel a fitted peak lies: nearly uniform, denser at 0, 0.5 and 1 as in the gold peak table.
double fraction(rng &random) {
  const double v = random.uniform();
  const double u = v - 0.12 / (4 * kPi) * std::sin(4 * kPi * v);
  return std::clamp(u, 0.0, std::nextafter(1.0, 0.0));
}

profile draw_profile(rng &random, double amplitude) {
  const double fwhm = std::clamp(1.4 * std::exp(0.28 * random.normal()), 0.8, 3.5);
  const double aspect = std::exp(0.15 * random.normal());
  profile p{};
  p.amplitude = amplitude;
  p.sigma_row = fwhm * aspect / kFwhmOfSigma;
  p.sigma_column = fwhm / aspect / kFwhmOfSigma;
  p.rho = random.uniform(-0.45, 0.45);
  p.eta = random.uniform(0.05, 0.3);
  return p;
}

double label_error(rng &random, double difficulty) {
  const bool hard = random.chance(kHardShare);
  const double far = std::abs(random.normal(kHardMean, kHardSpread));
  const double sigma = kEasySigma * std::exp(kEasySpread * random.normal());
  const double near = sigma * std::sqrt(-2 * std::log(1 - random.uniform()));
  return difficulty * (hard ? far : near);
}

}  // namespace

uint64_t synthetic_size(const synthetic_options &o, split_id split) {
  const auto part = [&](double f) { return static_cast<uint64_t>(f * static_cast<double>(o.samples) + 0.5); };
  const uint64_t validation = part(o.validation_fraction), test = part(o.test_fraction);
  if (split == kValidation) return validation;
  return split == kTest ? test : o.samples - std::min(o.samples, validation + test);
}

void synthetic_window(const synthetic_options &o, split_id split, uint64_t index, float *window, float *label,
                      double *position) {
  rng random(stream_key(o.seed, split, index, 0x62726167672D32));
  const double label_row = fraction(random), label_column = fraction(random);
  const double error = label_error(random, o.difficulty), angle = random.uniform(0, 2 * kPi);
  label[0] = std::min(static_cast<float>(label_row), std::nextafter(1.0F, 0.0F));
  label[1] = std::min(static_cast<float>(label_column), std::nextafter(1.0F, 0.0F));

  // As in measured sets, what lights fewer pixels is not taken for a peak; it would also look the same every time.
  constexpr int kLeastPixels = 5, kAttempts = 1000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    profile peak = draw_profile(random, std::clamp(500 * std::exp(1.2 * random.normal()), 60.0, 8000.0));
    peak.row = kCentre + label_row - error * std::sin(angle);
    peak.column = kCentre + label_column - error * std::cos(angle);
    if (position != nullptr) position[0] = peak.row, position[1] = peak.column;

    const bool has_neighbour = random.chance(0.08 * o.difficulty);
    profile neighbour = draw_profile(random, peak.amplitude * random.uniform(0.1, 0.8));
    const double distance = random.uniform(2.5, 7), direction = random.uniform(0, 2 * kPi);
    neighbour.row = peak.row + distance * std::sin(direction);
    neighbour.column = peak.column + distance * std::cos(direction);

    for (int r = 0; r < kWindow; ++r)
      for (int q = 0; q < kWindow; ++q) {
        const double mean = peak.at(r, q) + (has_neighbour ? neighbour.at(r, q) : 0);
        // Below one expected count the threshold is passed once in 100,000 times: not worth the random numbers.
        const double counts = mean < 1 ? 0 : std::round(poisson(random, mean) + random.normal(0, kReadNoise));
        window[r * kWindow + q] = counts < kThreshold ? 0.0F : static_cast<float>(counts);
      }
    if (keep_nearest_component(window, label[0], label[1]) >= kLeastPixels) return;
  }
  throw failure(NAC_INTERNAL, "no synthetic peak of " + std::to_string(kLeastPixels) + " pixels in " +
                                  std::to_string(kAttempts) + " attempts");
}

patch_set make_synthetic(const synthetic_options &o, split_id split) {
  const uint64_t count = synthetic_size(o, split);
  std::vector<float> windows(count * kWindowPixels), labels(count * 2);
  constexpr uint64_t kBlock = 256;
  host().parallel((count + kBlock - 1) / kBlock, [&](uint64_t b) {
    for (uint64_t i = b * kBlock; i < std::min(count, (b + 1) * kBlock); ++i)
      synthetic_window(o, split, i, &windows[i * kWindowPixels], &labels[2 * i], nullptr);
  });
  return patch_set::from(std::move(windows), std::move(labels));
}

}  // namespace nac::bragg
