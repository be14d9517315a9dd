// SPDX-License-Identifier: Apache-2.0
#include "record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "study/pareto.hpp"

namespace nac::bench {

void Record::add(const std::string &canonical, std::vector<double> objectives) {
  const bool repeat = !seen_.insert(canonical).second;
  repeats_.push_back((repeats_.empty() ? 0 : repeats_.back()) + (repeat ? 1 : 0));
  rows_.push_back(std::move(objectives));
}

nlohmann::json Record::standings(const std::vector<std::size_t> &budgets) const {
  nlohmann::json out = {{"budgets", budgets}, {"repeats", nlohmann::json::array()}};
  for (const std::size_t budget : budgets) {
    const std::size_t count = std::min(budget, rows_.size());
    const std::vector<std::vector<double>> rows(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(count));
    out["repeats"].push_back(count == 0 ? 0 : repeats_[count - 1]);
    if (problem_->objectives == 1) {
      out["best"].push_back(rows.empty() ? nlohmann::json(nullptr)
                                         : nlohmann::json((*std::min_element(rows.begin(), rows.end()))[0]));
    } else {
      out["near"].push_back(fw::hypervolume(rows, problem_->near_reference));
      out["far"].push_back(fw::hypervolume(rows, problem_->far_reference));
    }
  }
  return out;
}

}  // namespace nac::bench
