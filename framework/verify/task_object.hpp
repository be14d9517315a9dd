// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/samples.hpp"
#include "nac/cpp/rng.hpp"
#include "nac/task.h"
#include "services/space.hpp"
#include "verify/subject.hpp"

namespace nac::fw::verify {

/// A random point of a space: every active dimension set, uniformly.
Point random_point(const Space &space, nac::rng &rng);

/// A task under test: its table called directly, every result checked only as far as the next step needs it. Members
/// throw Failed naming the call.
class TaskObject {
 public:
  /// Loads, initializes and creates the subject's object.
  explicit TaskObject(Subject &subject);

  const nac_task_api &api() const { return table<nac_task_api>(object_); }
  void *self() const { return object_.self; }
  const nac_task_info &info() const { return *info_; }
  Subject &subject() { return *subject_; }
  bool augments() const { return (info_->flags & NAC_TASK_AUGMENTS) != 0; }
  void destroy() { Subject::destroy(object_); }

  Space space() const;
  uint64_t size(const std::string &split) const;
  /// Empty and `reason` set when the task calls the point infeasible.
  std::optional<Graph> build(const Point &point, std::string *reason = nullptr) const;
  Graph build_preset(const std::string &name) const;
  /// The network of a random feasible point, or of a preset where none is found.
  Graph some_network(uint64_t seed) const;

  /// What read() hands out, the caller's to delete.
  struct Batch {
    std::vector<nac_tensor *> inputs, targets;
    void release();  ///< calls every deleter
  };
  Batch read(const std::string &split, const std::vector<uint64_t> &index, uint64_t stream) const;
  /// The same, copied into tensors of the host. Tensors have to be well-formed: after shape-dtype-as-declared.
  Samples samples(const std::string &split, const std::vector<uint64_t> &index, uint64_t stream) const;
  /// Runs begin, one update for each batch of at most `batch` samples, and end.
  std::vector<double> metrics(const std::string &split, const std::vector<Tensor> &predictions,
                              const std::vector<Tensor> &targets, int64_t batch) const;
  void metrics_update(void *run, const std::vector<Tensor> &predictions, const std::vector<Tensor> &targets) const;
  std::vector<double> metrics_end(void *run) const;
  void *metrics_begin(const std::string &split) const;

 private:
  Subject *subject_;
  nac_object object_{};
  const nac_task_info *info_ = nullptr;
};

/// 0, 1, ..., n-1 with n at most `most`, or every k-th where there are more, so that both ends of a split are seen.
std::vector<uint64_t> spread(uint64_t size, uint64_t most);
/// The bytes of each sample (all its tensors in a row).
std::vector<std::string> sample_bytes(const std::vector<Tensor> &tensors);

constexpr const char *kSplits[] = {"train", "validation", "test"};

}  // namespace nac::fw::verify
