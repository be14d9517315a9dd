// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/samples.hpp"
#include "plugin/registry.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw::training {

/// The presets of the tasks bragg and jets, named "bragg/Large", and the samples they learn from: those that the tasks
/// make up, augmented once and then kept, so that all sides see the same.
class Nets {
 public:
  /// The seed of weights, shuffling and augmentation.
  explicit Nets(uint64_t seed);
  uint64_t seed() const { return seed_; }
  const Registry &registry() const { return registry_; }
  std::vector<std::string> names() const;
  static std::string task_of(const std::string &net);
  const TaskProxy &task(const std::string &net);
  /// With parameters that depend on the seed alone.
  Graph initialized(const std::string &net);
  /// Whole batches of 1024, so that no measurement has a small last batch in it.
  std::shared_ptr<const Samples> train(const std::string &net);
  std::shared_ptr<const Samples> validation(const std::string &net);

 private:
  struct Data {
    std::unique_ptr<TaskProxy> task;
    std::shared_ptr<const Samples> train, validation;
  };
  Data &data(const std::string &net);

  uint64_t seed_;
  Registry registry_;
  std::map<std::string, Data> tasks_;
};

}  // namespace nac::fw::training
