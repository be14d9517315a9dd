// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/published.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/local/networks.hpp"

namespace nac::fw {
namespace {

bool is_called(const HardwareTarget &target, const std::string &network, const LocalInputs &in) {
  if (target.name == network || fmt::format("trial-{}", target.trial) == network) return true;
  CandidateChoice named;
  named.presets = named.classes = {network};
  const std::vector<uint64_t> trials = chosen_networks(named, in.experiment, in.task, in.study);
  return std::find(trials.begin(), trials.end(), target.trial) != trials.end();
}

}  // namespace

std::vector<PublishedRow> match_published(const LocalInputs &in, const std::vector<HardwareTarget> &targets,
                                          std::vector<std::string> &unmatched) {
  std::vector<PublishedRow> rows;
  for (PublishedRow row : in.experiment.hardware->published) {
    row.name.clear();
    for (const HardwareTarget &target : targets)
      if (is_called(target, row.network, in)) {
        row.name = target.name;
        rows.push_back(row);
      }
    if (row.name.empty())
      unmatched.push_back(
          fmt::format("published figures of '{}' stand beside nothing: it is none of the networks that "
                      "[hardware] builds",
                      row.network));
  }
  return rows;
}

}  // namespace nac::fw
