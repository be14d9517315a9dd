// SPDX-License-Identifier: Apache-2.0
#include "bragg/synthetic.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "kit.hpp"

using namespace nac::bragg;

namespace {

struct errors {
  double mean, q10, median, q75, q90, centroid;
};

/// Distance of the labels from the peaks and of the intensity-weighted centroid from the labels.
errors measure(double difficulty, uint64_t count) {
  synthetic_options o;
  o.difficulty = difficulty;
  std::vector<double> label_error;
  double centroid_error = 0;
  for (uint64_t i = 0; i < count; ++i) {
    std::array<float, kWindowPixels> w;
    std::array<float, 2> label;
    std::array<double, 2> position;
    synthetic_window(o, kTrain, i, w.data(), label.data(), position.data());
    double sum = 0, row = 0, column = 0;
    for (int p = 0; p < kWindowPixels; ++p) {
      const double v = static_cast<double>(w[static_cast<std::size_t>(p)]);
      sum += v, row += v * (p / kWindow), column += v * (p % kWindow);
    }
    const double label_row = 7 + static_cast<double>(label[0]), label_column = 7 + static_cast<double>(label[1]);
    label_error.push_back(std::hypot(label_row - position[0], label_column - position[1]));
    centroid_error += std::hypot(row / sum - label_row, column / sum - label_column);
  }
  std::sort(label_error.begin(), label_error.end());
  const auto q = [&](double f) { return label_error[static_cast<std::size_t>(f * static_cast<double>(count))]; };
  const double n = static_cast<double>(count);
  return {std::accumulate(label_error.begin(), label_error.end(), 0.0) / n,
          q(0.1),
          q(0.5),
          q(0.75),
          q(0.9),
          centroid_error / n};
}

}  // namespace

TEST_CASE("synthetic: a sample depends on seed, split and index only") {
  const synthetic_options o;
  std::array<float, kWindowPixels> a, b, c;
  std::array<float, 2> label_a, label_b, label_c;
  synthetic_window(o, kTest, 41, a.data(), label_a.data(), nullptr);
  synthetic_window(o, kTest, 42, c.data(), label_c.data(), nullptr);
  synthetic_window(o, kTest, 41, b.data(), label_b.data(), nullptr);
  CHECK(a == b);
  CHECK(label_a == label_b);
  CHECK(label_a != label_c);
  synthetic_window(o, kTrain, 41, c.data(), label_c.data(), nullptr);
  CHECK(label_a != label_c);
  synthetic_options other;
  other.seed = 2;
  synthetic_window(other, kTest, 41, c.data(), label_c.data(), nullptr);
  CHECK(label_a != label_c);
  synthetic_options more;
  more.samples = 1000000;
  synthetic_window(more, kTest, 41, c.data(), label_c.data(), nullptr);
  CHECK(a == c);
}

TEST_CASE("synthetic: label noise has the shape of the published error histogram") {
  const errors hard = measure(1, 20000);
  CHECK(hard.mean == Approx(0.195).margin(0.015));
  CHECK(hard.q10 == Approx(0.021).margin(0.006));
  CHECK(hard.median == Approx(0.085).margin(0.015));
  CHECK(hard.q75 == Approx(0.30).margin(0.06));
  CHECK(hard.q90 == Approx(0.57).margin(0.05));
}

TEST_CASE("synthetic: without difficulty the labels are exact and the centroid is close") {
  const errors clean = measure(0, 3000);
  CHECK(clean.mean < 1e-6);
  CHECK(clean.centroid < 0.25);
  CHECK(clean.centroid > 0.02);  // a network has something to gain
  const errors half = measure(0.5, 5000);
  CHECK(half.median > 0.03);
  CHECK(half.median < 0.06);
}

TEST_CASE("synthetic: no validation or test sample looks like a training sample") {
  nac::test::attach_host();
  bragg_task task(nac::test::small_options(12000));
  std::set<std::vector<float>> seen;
  for (const char *split : kSplitNames) {
    const nac::test::batch b = nac::test::read(task, split, nac::test::first(task.size(split)));
    for (uint64_t i = 0; i < task.size(split); ++i)
      CHECK(seen.emplace(b.patches.begin() + static_cast<long>(i * 121),
                         b.patches.begin() + static_cast<long>(i * 121 + 121))
                .second);
  }
}

TEST_CASE("synthetic: windows look like thresholded, cleaned detector patches") {
  const synthetic_options o{2000, 3, 0.2, 0.1, 1};
  const patch_set train = make_synthetic(o, kTrain);
  CHECK(train.size() == 1400);
  CHECK(make_synthetic(o, kValidation).size() == 400);
  CHECK(make_synthetic(o, kTest).size() == 200);
  double bright = 0, pixels = 0;
  for (uint64_t i = 0; i < 1400; ++i) {
    const float *w = train.windows().data() + i * kWindowPixels;
    const float top = *std::max_element(w, w + kWindowPixels);
    REQUIRE(top >= 10);
    const auto lit = std::count_if(w, w + kWindowPixels, [](float v) { return v > 0; });
    REQUIRE(lit >= 5);
    REQUIRE(std::all_of(w, w + kWindowPixels, [](float v) { return v == 0 || v >= 10; }));
    bright += top > 200 ? 1 : 0, pixels += static_cast<double>(lit);
  }
  CHECK(bright / 1400 > 0.5);
  CHECK(pixels / 1400 > 8);
  CHECK(pixels / 1400 < 80);
}
