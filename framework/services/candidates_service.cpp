// SPDX-License-Identifier: Apache-2.0
//
// nac.candidates/1: the C table over Candidates. The handle is the object itself.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "services/boundary.hpp"
#include "services/candidates.hpp"

namespace nac::fw {
namespace {

const Candidates *object(const nac_candidates *handle) { return reinterpret_cast<const Candidates *>(handle); }

uint64_t exact(const nac_candidates *candidates) {
  return candidates == nullptr ? 0
                               : service_guard_or<uint64_t>(0, nullptr, [&] { return object(candidates)->exact(); });
}

nac_status evaluate(const nac_candidates *candidates, const double *values, uint32_t count, double *objectives,
                    uint32_t objective_count, uint64_t identity[2], nac_error *err) {
  return service_guard(err, [&] {
    if (candidates == nullptr || values == nullptr || objectives == nullptr || identity == nullptr)
      throw Error("evaluate needs a handle, values, and places for objectives and identity", NAC_INVALID_ARGUMENT);
    const Candidates &c = *object(candidates);
    if (objective_count != c.objective_count())
      throw Error(fmt::format("evaluate was asked for {} objectives; the search was started with {}", objective_count,
                              c.objective_count()),
                  NAC_INVALID_ARGUMENT);
    const Candidates::Answer answer = c.evaluate(std::vector<double>(values, values + count));
    std::copy(answer.objectives.begin(), answer.objectives.end(), objectives);
    std::copy(answer.identity.begin(), answer.identity.end(), identity);
  });
}

}  // namespace

const nac_candidates_service &candidates_service() {
  static const nac_candidates_service table = {sizeof(nac_candidates_service), 0, exact, evaluate};
  return table;
}

}  // namespace nac::fw
