// SPDX-License-Identifier: Apache-2.0
#include "verify/check.hpp"

namespace nac::fw::verify {

const std::vector<Check> &all_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> list;
    for (const auto part :
         {file_checks, load_checks, life_checks, host_checks, descriptor_checks, create_checks, error_checks,
          tensor_checks, network_checks, data_checks, metric_checks, ask_checks, tell_checks, state_checks,
          candidate_checks, compress_checks, estimate_checks, project_checks}) {
      const std::vector<Check> checks = part();
      list.insert(list.end(), checks.begin(), checks.end());
    }
    return list;
  }();
  return all;
}

const Check *find_check(const std::string &name) {
  for (const Check &check : all_checks())
    if (name == check.name) return &check;
  return nullptr;
}

}  // namespace nac::fw::verify
