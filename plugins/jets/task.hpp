// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <mutex>
#include <string>

#include "dataset.hpp"
#include "nac/cpp/task.hpp"
#include "space.hpp"

namespace jets {

/// The task behind the table: five-class jet tagging with deep sets (NAC paper, section 5).
class JetsTask : public nac::task {
 public:
  explicit JetsTask(const nac::config &config);

  void space(nac::space_writer &space) override { space_.write(space); }
  void build(const nac::point_reader &point, nac::graph_builder &model) override;
  void build_preset(const std::string &name, nac::graph_builder &model) override;
  nac_value loss(nac::graph_builder &model) override;
  uint64_t size(const std::string &split) override { return data().split(split).label.size(); }
  void read(const std::string &split, const uint64_t *index, uint64_t count, nac_tensor **inputs, nac_tensor **targets,
            const nac_call *call) override;
  std::unique_ptr<nac::metrics_run> metrics(const std::string &split) override;
  std::string describe() override { return data().description; }
  std::string fingerprint() override { return data().fingerprint; }
  std::string fitted() override;

 private:
  /// Files are read in the constructor, where errors belong; synthetic jets are made when they are first wanted.
  const Dataset &data();

  int64_t constituents_;
  PhiNorm phi_norm_;
  SearchSpace space_;
  std::string data_path_;
  uint64_t seed_ = 1;
  int64_t samples_ = 0;
  double min_pt_ = 0;
  DatasetOptions options_;
  std::once_flag made_;
  Dataset dataset_;
};

}  // namespace jets
