// SPDX-License-Identifier: Apache-2.0
#include "jets/synthetic.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace {

double mass_of(const std::vector<jets::Particle> &particles) {
  double e = 0, x = 0, y = 0, z = 0;
  for (const jets::Particle &p : particles) {
    e += p.pt * std::cosh(p.eta), z += p.pt * std::sinh(p.eta);
    x += p.pt * std::cos(p.phi), y += p.pt * std::sin(p.phi);
  }
  return std::sqrt(std::max(0.0, e * e - x * x - y * y - z * z));
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

}  // namespace

TEST_CASE("a synthetic jet depends on seed and index only") {
  jets::SyntheticOptions options;
  options.samples = 500;
  const jets::JetTable small = jets::make_synthetic(options);
  options.samples = 1000;
  const jets::JetTable large = jets::make_synthetic(options);
  CHECK(std::equal(small.rows.begin(), small.rows.end(), large.rows.begin()));
  CHECK(std::equal(small.part.begin(), small.part.end(), large.part.begin()));
  options.seed = 2;
  CHECK(jets::make_synthetic(options).rows != large.rows);
  std::array<int, 3> parts{};
  for (const uint8_t p : large.part) ++parts.at(p);
  CHECK(parts == std::array<int, 3>{800, 100, 100});
}

TEST_CASE("rows are sorted, cut and padded with zeros") {
  jets::SyntheticOptions options;
  options.samples = 500;
  options.constituents = 64;
  const jets::JetTable table = jets::make_synthetic(options);
  bool padded = false;
  for (uint64_t i = 0; i < table.size(); ++i) {
    const float *row = table.row(i);
    for (uint64_t c = 0; c < 64; ++c) {
      if (c > 0) REQUIRE(row[3 * c] <= row[3 * c - 3]);
      REQUIRE((row[3 * c] >= 2 || (row[3 * c] == 0 && row[3 * c + 1] == 0 && row[3 * c + 2] == 0)));
      padded = padded || row[3 * c] == 0;
    }
  }
  CHECK(padded);
}

TEST_CASE("the classes differ in mass and multiplicity as the real ones do") {
  std::array<std::vector<double>, 5> mass, count;
  std::vector<jets::Particle> particles;
  for (uint64_t i = 0; i < 5000; ++i) {
    jets::synthetic_jet(1, i, particles);
    mass[i % 5].push_back(mass_of(particles));
    count[i % 5].push_back(
        static_cast<double>(std::count_if(particles.begin(), particles.end(), [](const auto &p) { return p.pt > 0; })));
  }
  // Medians of jets simulated with Pythia 8 (1 TeV, R = 0.8): mass g 137, q 84, w 88, z 96, t 177 GeV;
  // multiplicity 75, 43, 39, 41, 69. A toy need only come near.
  CHECK(median(mass[2]) == Approx(90).margin(10));
  CHECK(median(mass[3]) - median(mass[2]) == Approx(9).margin(3));
  CHECK(median(mass[4]) == Approx(178).margin(10));
  CHECK(median(mass[0]) > median(mass[1]) + 20);
  CHECK(median(count[0]) > median(count[1]) + 20);
  CHECK(median(count[4]) > median(count[2]) + 8);
}
