// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "nac/cpp/tensor.hpp"
#include "nac/task.h"
#include "services/config.hpp"
#include "services/space.hpp"
#include "support/temp_folder.hpp"

namespace kit {

using nac::test::TempFolder;
using Parameters = std::map<std::string, nac::fw::ConfigValue>;

struct Batch {
  std::vector<float> rows;
  std::vector<int64_t> labels;
};

/// The jets task behind its C table, created through the plugin's entry symbol. Throws nac::failure.
class Task {
 public:
  explicit Task(const Parameters &parameters = {});
  ~Task();
  Task(const Task &) = delete;
  Task &operator=(const Task &) = delete;

  const nac_task_api &api() const { return *api_; }
  void *self() const { return self_; }
  const nac_task_info &info() const { return *api_->info(self_); }
  uint64_t size(const std::string &split) const;
  Batch read(const std::string &split, const std::vector<uint64_t> &index) const;
  Batch read_all(const std::string &split) const;
  std::vector<double> metrics(const std::vector<float> &logits, const std::vector<int64_t> &labels,
                              std::size_t batch = 1000000) const;
  std::string describe() const;
  std::string fingerprint() const;
  std::string fitted() const;
  nac::fw::Space space() const;
  nac::fw::Graph build(const nac::fw::Point &point) const;
  nac::fw::Graph preset(const std::string &name) const;

 private:
  const nac_task_api *api_ = nullptr;
  void *self_ = nullptr;
};

/// The message of the failure that creating a task with these parameters ends in; "" when it succeeds.
std::string creation_error(const Parameters &parameters);

/// Trainable values of a graph, counted from the shapes.
int64_t trainable(const nac::fw::Graph &graph);

/// A file of the shared data folder (NAC_DATA_DIR, or shared/data beside the source tree); nothing when it is absent.
std::optional<std::filesystem::path> shared_data(const std::string &name);

}  // namespace kit
