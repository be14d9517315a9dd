// SPDX-License-Identifier: Apache-2.0
#include "pipeline/searched_task.hpp"

#include "pipeline/hardware/parameters.hpp"

namespace nac::fw {
namespace {

class SearchedTask final : public TaskPort {
 public:
  SearchedTask(const TaskPort &task, const std::vector<SearchedParameters> &all) : task_(task), space_(task.space()) {
    for (const SearchedParameters &searched : all) add_dimensions(searched, space_);
  }
  std::string id() const override { return task_.id(); }
  const TaskInfo &info() const override { return task_.info(); }
  const Space &space() const override { return space_; }
  Graph build(const Point &point) const override {
    Point own(task_.space());
    for (uint32_t i = 0; i < task_.space().dimensions().size(); ++i)
      if (point.has(i)) own.set(i, point.get(i));
    own.finish();
    return task_.build(own);
  }
  Graph build_preset(const std::string &name) const override { return task_.build_preset(name); }
  TaskProxy::WithLoss with_loss(const Graph &model) const override { return task_.with_loss(model); }
  Samples read_all(const std::string &split, uint64_t stream) const override { return task_.read_all(split, stream); }
  std::vector<double> metrics(const std::string &split, const std::vector<Tensor> &predictions,
                              const std::vector<Tensor> &targets) const override {
    return task_.metrics(split, predictions, targets);
  }
  std::string describe() const override { return task_.describe(); }
  std::string fingerprint() const override { return task_.fingerprint(); }
  std::map<std::string, ConfigValue> fitted() const override { return task_.fitted(); }

 private:
  const TaskPort &task_;
  Space space_;
};

}  // namespace

std::unique_ptr<TaskPort> searched_task(const TaskPort &task, const Experiment &experiment) {
  std::vector<SearchedParameters> all;
  if (experiment.hardware && !experiment.hardware->searched.empty()) all.push_back(searched_of(*experiment.hardware));
  if (experiment.search && experiment.search->quantize && !experiment.search->quantize->values.empty())
    all.push_back(*experiment.search->quantize);
  if (all.empty()) return nullptr;
  return std::make_unique<SearchedTask>(task, all);
}

}  // namespace nac::fw
