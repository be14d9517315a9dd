// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "manifest/experiment.hpp"
#include "pipeline/ports.hpp"
#include "services/candidates.hpp"
#include "study/quantity.hpp"

namespace nac::fw {

/// Answers a search's questions about candidates by building their networks, as a trial would, and remembers the
/// answers. Everything that it is given must outlive it.
class TaskCandidates final : public Candidates {
 public:
  TaskCandidates(const TaskPort &task, const SearchStage &stage, const BopsOptions &bops,
                 std::vector<Quantity> objectives)
      : task_(task), stage_(stage), bops_(bops), objectives_(std::move(objectives)) {}
  uint32_t objective_count() const override { return static_cast<uint32_t>(objectives_.size()); }
  uint64_t exact() const override;
  Answer evaluate(const std::vector<double> &values) const override;

 private:
  struct Known {
    std::string infeasible;  ///< why; "" if it is not
    Answer answer;
  };
  Known measure(const Point &point) const;

  const TaskPort &task_;
  const SearchStage &stage_;
  const BopsOptions &bops_;
  const std::vector<Quantity> objectives_;
  mutable std::mutex mutex_;  ///< held to look up and to store, not while a network is built
  mutable std::unordered_map<std::string, Known> known_;  ///< by the bytes of the point's values
};

}  // namespace nac::fw
