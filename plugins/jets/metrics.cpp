// SPDX-License-Identifier: Apache-2.0
#include "metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "architecture.hpp"
#include "auc.hpp"
#include "jet_table.hpp"

namespace jets {
namespace {

constexpr std::size_t kCount = kClasses;
/// The area of a class that was not there to be ranked. Data that lack a class are warned about when they are read.
constexpr double kNoInformation = 0.5;

/// log(p / (1 - p)) of class k under softmax: ranks as p does, without its saturation at 1.
double log_odds(const float *logits, std::size_t k) {
  double top = -std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j < kCount; ++j)
    if (j != k) top = std::max(top, static_cast<double>(logits[j]));
  double sum = 0;
  for (std::size_t j = 0; j < kCount; ++j)
    if (j != k) sum += std::exp(logits[j] - top);
  return logits[k] - top - std::log(sum);
}

class Metrics : public nac::metrics_run {
 public:
  void update(const nac_view *const *predictions, const nac_view *const *targets) override {
    const nac_view &p = *predictions[0];
    const nac_view &t = *targets[0];
    if (p.ndim != 2 || p.shape[1] != kClasses || t.ndim != 1 || t.shape[0] != p.shape[0])
      nac::invalid("metrics of the jets task need logits [N, 5] and labels [N]");
    const float *logits = nac::dense<float>(p);
    const int64_t *labels = nac::dense<int64_t>(t);
    for (int64_t i = 0; i < p.shape[0]; ++i) add(logits + i * kClasses, labels[i]);
  }

  std::vector<double> end() override {
    std::vector<double> values;
    const auto total = static_cast<double>(labels_.size());
    values.push_back(labels_.empty() ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(right_) / total);
    double sum = 0;
    int defined = 0;
    std::vector<bool> positive(labels_.size());
    for (std::size_t k = 0; k < kCount; ++k) {
      for (std::size_t i = 0; i < labels_.size(); ++i) positive[i] = labels_[i] == k;
      const double auc = exact_auc(scores_[k], positive);
      if (!std::isnan(auc)) sum += auc, ++defined;
      values.push_back(std::isnan(auc) ? kNoInformation : auc);
    }
    values.push_back(defined > 0 ? sum / defined : kNoInformation);
    return values;
  }

 private:
  void add(const float *logits, int64_t label) {
    const auto sample = [&] { return "sample " + std::to_string(labels_.size()); };
    for (std::size_t k = 0; k < kCount; ++k)
      if (!std::isfinite(logits[k])) nac::invalid(sample() + ": logit " + kClassNames[k] + " is not finite");
    if (label < 0 || label >= kClasses)
      nac::invalid(sample() + " has the label " + std::to_string(label) + "; accepted are 0 to 4");
    right_ += std::max_element(logits, logits + kCount) - logits == label ? 1 : 0;
    for (std::size_t k = 0; k < kCount; ++k) scores_[k].push_back(log_odds(logits, k));
    labels_.push_back(static_cast<uint8_t>(label));
  }

  std::array<std::vector<double>, kCount> scores_;
  std::vector<uint8_t> labels_;
  uint64_t right_ = 0;
};

}  // namespace

void declare_metrics(nac::task_facts &facts) {
  facts.metric("accuracy", "", 1, "share of jets whose largest logit is that of their class");
  for (const char *name : kClassNames)
    facts.metric(std::string("auc_") + name, "", 1,
                 std::string("area under the ROC curve of class ") + name + " against the other four");
  facts.metric("auc", "", 1, "mean of the five areas");
}

std::unique_ptr<nac::metrics_run> make_metrics() { return std::make_unique<Metrics>(); }

}  // namespace jets
