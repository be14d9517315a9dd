// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <filesystem>
#include <mutex>

#include "bragg/dataset.hpp"
#include "bragg/search_space.hpp"
#include "bragg/synthetic.hpp"
#include "nac/cpp/task.hpp"

namespace nac::bragg {

/// What a user can set; see plugin.cpp for the meaning of each.
struct task_options {
  std::filesystem::path data, peaks, cache;
  bool use_cache = true;
  int64_t shift = 1;
  split_options split;
  synthetic_options synthetic;
  int64_t max_parameters = 1000000;
  bool output_activation = false;
};

/// Where a Bragg peak is in its patch, to a fraction of a pixel: input "patch" [1, 11, 11], target "center" [2] =
/// (column, row) / 11. Free of writes after the data is there, so any thread may call anything.
class bragg_task : public task {
 public:
  explicit bragg_task(const config &c);
  explicit bragg_task(const task_options &options);

  void space(space_writer &space) override;
  void build(const point_reader &point, graph_builder &model) override;
  void build_preset(const std::string &name, graph_builder &model) override;
  /// Mean squared error over batch and coordinates.
  nac_value loss(graph_builder &model) override;
  uint64_t size(const std::string &split) override;
  void read(const std::string &split, const uint64_t *index, uint64_t count, nac_tensor **inputs, nac_tensor **targets,
            const nac_call *call) override;
  std::unique_ptr<metrics_run> metrics(const std::string &split) override;
  std::string describe() override;
  std::string fingerprint() override;

 private:
  bool synthetic() const { return options_.data.empty(); }
  const patch_set &samples(split_id split);
  task_options options_;
  search_space space_;
  dataset data_;
  std::array<std::once_flag, 3> generated_;
};

}  // namespace nac::bragg
