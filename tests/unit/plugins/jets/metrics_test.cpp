// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "jets/auc.hpp"
#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"
#include "task_kit.hpp"

namespace {

/// By the definition: all pairs.
double pairwise(const std::vector<double> &scores, const std::vector<bool> &positive) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    for (std::size_t j = 0; j < scores.size(); ++j)
      if (positive[i] && !positive[j]) {
        ++pairs;
        won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      }
  return won / pairs;
}

double softmax(const float *logits, int k) {
  double sum = 0;
  for (int j = 0; j < 5; ++j) sum += std::exp(static_cast<double>(logits[j]));
  return std::exp(static_cast<double>(logits[k])) / sum;
}

}  // namespace

TEST_CASE("the AUC is that of all pairs, ties included") {
  nac::rng random(3);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> scores;
    std::vector<bool> positive;
    for (int i = 0; i < 150; ++i) {
      positive.push_back(random.chance(0.3));
      scores.push_back(static_cast<double>(random.below(trial < 10 ? 7 : 100000)) + (positive.back() ? 1 : 0));
    }
    CHECK(jets::exact_auc(scores, positive) == Approx(pairwise(scores, positive)).epsilon(1e-14));
  }
  CHECK(jets::exact_auc({1, 2, 3}, {false, false, true}) == 1);
  CHECK(jets::exact_auc({1, 2, 3}, {true, false, false}) == 0);
  CHECK(jets::exact_auc({5, 5, 5, 5}, {true, false, true, false}) == 0.5);
  CHECK(std::isnan(jets::exact_auc({1, 2}, {true, true})));
}

TEST_CASE("metrics are accuracy, the areas of the five classes and their mean") {
  const kit::Task task({{"samples", int64_t{50}}});
  REQUIRE(task.info().metric_count == 7);
  CHECK(std::string(task.info().metrics[0]->name) == "accuracy");
  CHECK(task.info().metrics[0]->direction == 1);
  CHECK(std::string(task.info().metrics[3]->name) == "auc_w");
  CHECK(std::string(task.info().metrics[6]->name) == "auc");

  nac::rng random(5);
  std::vector<float> logits;
  std::vector<int64_t> labels;
  int right = 0;
  for (int i = 0; i < 400; ++i) {
    labels.push_back(static_cast<int64_t>(random.below(5)));
    for (int k = 0; k < 5; ++k)
      logits.push_back(static_cast<float>(random.normal() + (k == labels.back() ? 1.0 : 0.0)));
    const float *row = logits.data() + i * 5;
    right += std::max_element(row, row + 5) - row == labels.back() ? 1 : 0;
  }
  const std::vector<double> values = task.metrics(logits, labels);
  CHECK(values[0] == Approx(right / 400.0));
  double mean = 0;
  for (int k = 0; k < 5; ++k) {
    std::vector<double> scores;
    std::vector<bool> positive;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      scores.push_back(softmax(logits.data() + i * 5, k));
      positive.push_back(labels[i] == k);
    }
    const double expected = pairwise(scores, positive);
    CHECK(values[static_cast<std::size_t>(1 + k)] == Approx(expected).epsilon(1e-12));
    mean += expected / 5;
  }
  CHECK(values[6] == Approx(mean).epsilon(1e-12));
  CHECK(task.metrics(logits, labels, 7) == values);  // batches of any size
}

TEST_CASE("saturated logits still rank") {
  const kit::Task task({{"samples", int64_t{50}}});
  // softmax gives 1 for both jets in double precision; the second is the surer one, and the only q.
  const std::vector<double> values = task.metrics({0, 100, 0, 0, 0, 0, 200, 0, 0, 0}, {0, 1});
  CHECK(values[2] == 1);
  CHECK(values[0] == 0.5);
  CHECK(values[3] == 0.5);  // no w among these: undefined, and left out of the mean
  CHECK(values[6] == (values[1] + values[2]) / 2);
}

TEST_CASE("bad predictions are named") {
  const kit::Task task({{"samples", int64_t{50}}});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(task.metrics({0, 0, 0, 0, 0, 0, 0, nan, 0, 0}, {0, 1}), "sample 1: logit w is not finite");
  CHECK_THROWS_WITH(task.metrics({0, 0, 0, 0, 0}, {5}), "sample 0 has the label 5; accepted are 0 to 4");
}
