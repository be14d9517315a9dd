// SPDX-License-Identifier: Apache-2.0
#include "pipeline/candidates.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "pipeline/quantities.hpp"
#include "pipeline/searched_parameters.hpp"

namespace nac::fw {
namespace {

/// Some 100 MB of answers at most; a forgotten one is measured again.
constexpr std::size_t kMostRemembered = 200000;

Point point_of(const Space &space, const std::vector<double> &values) {
  const std::size_t dimensions = space.dimensions().size();
  if (values.size() != dimensions)
    throw Error(fmt::format("a candidate has {} values; the space has {} dimensions", values.size(), dimensions),
                NAC_INVALID_ARGUMENT);
  Point point(space);
  for (uint32_t i = 0; i < dimensions; ++i)
    if (point.active(i)) point.set(i, values[i]);  // parents come first
  point.finish();
  return point;
}

std::string key_of(const Point &point) {
  std::string key;
  for (uint32_t i = 0; i < point.space().dimensions().size(); ++i) {
    const double v = point.has(i) ? point.get(i) : std::numeric_limits<double>::quiet_NaN();
    key.append(reinterpret_cast<const char *>(&v), sizeof v);
  }
  return key;
}

}  // namespace

uint64_t TaskCandidates::exact() const {
  uint64_t mask = 0;
  for (std::size_t k = 0; k < objectives_.size() && k < 64; ++k)
    if (objectives_[k].free) mask |= uint64_t{1} << k;
  return mask;
}

TaskCandidates::Known TaskCandidates::measure(const Point &point) const {
  Known known;
  try {
    const Graph graph = task_.build(point);
    const std::map<std::string, double> costs = costs_before_training(stage_, graph, bops_);
    known.infeasible = broken_constraint(stage_.constraints, costs);
    for (const Quantity &q : objectives_)
      known.answer.objectives.push_back(q.free ? minimized({q}, costs).front()
                                               : std::numeric_limits<double>::quiet_NaN());
    const std::string hash = candidate_hash(graph, stage_, point.to_json());
    known.answer.identity = {std::stoull(hash.substr(0, 16), nullptr, 16),
                             std::stoull(hash.substr(16, 16), nullptr, 16)};
  } catch (const Infeasible &e) {
    known.infeasible = e.what();
  }
  return known;
}

Candidates::Answer TaskCandidates::evaluate(const std::vector<double> &values) const {
  const Point point = point_of(task_.space(), values);
  const std::string key = key_of(point);
  const auto answer = [](const Known &known) {
    if (!known.infeasible.empty()) throw Infeasible(known.infeasible);
    return known.answer;
  };
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return answer(found->second);
  }
  Known known = measure(point);
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMostRemembered) known_.clear();
  return answer(known_.try_emplace(key, std::move(known)).first->second);
}

}  // namespace nac::fw
