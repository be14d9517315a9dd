// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/networks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "pipeline/quantities.hpp"
#include "pipeline/select.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

class Chooser {
 public:
  Chooser(const Experiment &experiment, const TaskPort &task, const Study &study)
      : experiment_(experiment), metric_(quantities_of(task.info()).front()), trials_(summarize(study).trials) {}

  std::set<uint64_t> named(const CandidateChoice &choice) const {
    std::set<uint64_t> numbers(choice.trials.begin(), choice.trials.end());
    for (const ClassChoice &c : classes())
      if (c.trial && std::count(choice.classes.begin(), choice.classes.end(), c.name) != 0) numbers.insert(*c.trial);
    for (const Trial &t : trials_)
      if (!t.preset.empty() && std::count(choice.presets.begin(), choice.presets.end(), t.preset) != 0)
        numbers.insert(t.number);
    return numbers;
  }

  std::set<uint64_t> usual() const {
    std::set<uint64_t> numbers;
    for (const ClassChoice &c : classes())
      if (c.trial) numbers.insert(*c.trial);
    if (!numbers.empty()) return numbers;
    std::vector<uint64_t> front = front_of(trials_);
    std::stable_sort(front.begin(), front.end(), [&](uint64_t a, uint64_t b) { return loss(a) < loss(b); });
    if (front.size() > kMostCandidates) front.resize(kMostCandidates);
    return {front.begin(), front.end()};
  }

 private:
  std::vector<ClassChoice> classes() const {
    return experiment_.select ? select_classes(*experiment_.select, trials_, metric_) : std::vector<ClassChoice>{};
  }
  double loss(uint64_t number) const { return -metric_.direction * trials_.at(number).metrics.at(metric_.name); }

  const Experiment &experiment_;
  const Quantity metric_;
  const std::vector<Trial> trials_;
};

}  // namespace

std::vector<uint64_t> chosen_networks(const CandidateChoice &choice, const Experiment &experiment, const TaskPort &task,
                                      const Study &study) {
  const Chooser chooser(experiment, task, study);
  const std::set<uint64_t> numbers = choice.empty() ? chooser.usual() : chooser.named(choice);
  for (const uint64_t number : numbers) {
    const std::optional<Trial> trial = study.trial(number);
    if (!trial) throw UsageError(fmt::format("the study has no trial {}", number));
    if (trial->model.empty() && trial->duplicate_of < 0)
      throw UsageError(fmt::format("trial {} has no network to go on with: it is {}{}{}", number, name_of(trial->state),
                                   trial->reason.empty() ? "" : ": ", trial->reason));
  }
  return {numbers.begin(), numbers.end()};
}

std::optional<Study::TuneRow> best_recipe(const std::vector<Study::TuneRow> &rows, uint64_t trial,
                                          const MetricInfo &metric) {
  std::optional<Study::TuneRow> best;
  const auto loss = [&](const Study::TuneRow &row) { return -metric.direction * row.metrics.at(metric.name); };
  for (const Study::TuneRow &row : rows)
    if (row.trial == trial && row.state == "complete" && (!best || loss(row) < loss(*best))) best = row;
  return best;
}

}  // namespace nac::fw
