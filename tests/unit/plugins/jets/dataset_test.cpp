// SPDX-License-Identifier: Apache-2.0
#include "jets/dataset.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "jets/synthetic.hpp"
#include "nac/cpp/error.hpp"

namespace {

std::set<std::vector<float>> rows_of(const jets::Samples &samples) {
  std::set<std::vector<float>> rows;
  for (std::size_t i = 0; i < samples.rows.size(); i += 24)
    rows.emplace(samples.rows.begin() + static_cast<std::ptrdiff_t>(i),
                 samples.rows.begin() + static_cast<std::ptrdiff_t>(i + 24));
  return rows;
}

jets::JetTable synthetic(int64_t samples) {
  jets::SyntheticOptions options;
  options.samples = samples;
  return jets::make_synthetic(options);
}

}  // namespace

TEST_CASE("subsets are nested and leave the scaling as it is") {
  jets::DatasetOptions options;
  const jets::Dataset all = jets::make_dataset(synthetic(2000), options);
  options.max_train = 300, options.max_evaluation = 50;
  const jets::Dataset small = jets::make_dataset(synthetic(2000), options);
  options.max_train = 600;
  const jets::Dataset medium = jets::make_dataset(synthetic(2000), options);
  CHECK(small.split("train").label.size() == 300);
  CHECK(small.split("validation").label.size() == 50);
  CHECK(small.split("test").label.size() == 50);
  const auto a = rows_of(small.split("train")), b = rows_of(medium.split("train")), c = rows_of(all.split("train"));
  CHECK(a.size() == 300);
  CHECK(std::includes(b.begin(), b.end(), a.begin(), a.end()));
  CHECK(std::includes(c.begin(), c.end(), b.begin(), b.end()));
}

TEST_CASE("the fingerprint follows every sample") {
  const jets::DatasetOptions options;
  const std::string first = jets::make_dataset(synthetic(500), options).fingerprint;
  CHECK(jets::make_dataset(synthetic(500), options).fingerprint == first);
  jets::JetTable label = synthetic(500);
  label.label[499] = static_cast<uint8_t>((label.label[499] + 1) % 5);
  CHECK(jets::make_dataset(label, options).fingerprint != first);
  jets::JetTable value = synthetic(500);
  value.rows.back() += 1e-3F;
  CHECK(jets::make_dataset(value, options).fingerprint != first);
}

TEST_CASE("the description counts classes and splits") {
  const jets::Dataset data = jets::make_dataset(synthetic(500), {});
  CHECK_THAT(data.description, Catch::Contains("train: 400 jets (g 80, q 80, w 80, z 80, t 80)") &&
                                   Catch::Contains("test: 50 jets (g 10") && Catch::Contains("scaling: robust") &&
                                   Catch::Contains("pT >= 2 GeV"));
  CHECK_THROWS_WITH(data.split("val"), "there is no split 'val'; accepted are train, validation, test");
}
