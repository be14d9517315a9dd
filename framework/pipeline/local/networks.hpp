// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "manifest/experiment.hpp"
#include "pipeline/ports.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// The trials that a stage after the search works on, ascending, see CandidateChoice. Throws UsageError for one that
/// the study lacks or that has no model.
std::vector<uint64_t> chosen_networks(const CandidateChoice &choice, const Experiment &experiment, const TaskPort &task,
                                      const Study &study);

/// The tuned recipe of a trial with the best first metric, of equal ones the first; nothing: none was tuned.
std::optional<Study::TuneRow> best_recipe(const std::vector<Study::TuneRow> &rows, uint64_t trial,
                                          const MetricInfo &metric);

}  // namespace nac::fw
