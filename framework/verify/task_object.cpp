// SPDX-License-Identifier: Apache-2.0
#include "verify/task_object.hpp"

#include <fmt/format.h>

#include <cmath>

#include "services/call.hpp"
#include "services/graph_service.hpp"

namespace nac::fw::verify {

Point random_point(const Space &space, nac::rng &rng) {
  Point point(space);
  for (uint32_t d = 0; d < space.dimensions().size(); ++d) {
    if (!point.active(d)) continue;
    const Space::Dimension &dimension = space.dimensions()[d];
    if (dimension.step > 0) {
      const auto steps =
          static_cast<uint64_t>(std::floor((dimension.high - dimension.low) / dimension.step + 1e-9)) + 1;
      point.set(d, dimension.low + dimension.step * static_cast<double>(rng.below(steps)));
    } else if (dimension.logarithmic) {
      const double value = std::exp(rng.uniform(std::log(dimension.low), std::log(dimension.high)));
      point.set(d, std::min(dimension.high, std::max(dimension.low, value)));
    } else {
      point.set(d, rng.uniform(dimension.low, dimension.high));
    }
  }
  point.finish();
  return point;
}

TaskObject::TaskObject(Subject &subject) : subject_(&subject) {
  subject.open();
  object_ = subject.create();
  info_ = api().info(self());
  if (info_ == nullptr) throw Failed("info returned NULL");
  if (!NAC_HAS(info_, nac_task_info, presets))
    throw Failed(fmt::format("struct_size of nac_task_info is {}, ABI 1.0 has {}", info_->struct_size,
                             NAC_SIZE_THROUGH(nac_task_info, presets)));
}

Space TaskObject::space() const {
  Space space;
  ErrorBox error;
  error.must_succeed(api().space(self(), to_abi(&space), error.get()), "space");
  return space;
}

uint64_t TaskObject::size(const std::string &split) const {
  uint64_t count = 0;
  ErrorBox error;
  error.must_succeed(api().size(self(), split.c_str(), &count, error.get()), fmt::format("size of '{}'", split));
  return count;
}

std::optional<Graph> TaskObject::build(const Point &point, std::string *reason) const {
  Graph graph;
  ErrorBox error;
  const nac_status status = api().build(self(), to_abi(&point), to_abi(&graph), error.get());
  const std::string what = fmt::format("build of {}", point.canonical());
  if (status == NAC_INFEASIBLE) {
    error.check(what);
    if (reason != nullptr) *reason = error.message();
    return std::nullopt;
  }
  error.must_succeed(status, what);
  return graph;
}

Graph TaskObject::build_preset(const std::string &name) const {
  Graph graph;
  ErrorBox error;
  error.must_succeed(api().build_preset(self(), name.c_str(), to_abi(&graph), error.get()),
                     fmt::format("build_preset '{}'", name));
  return graph;
}

Graph TaskObject::some_network(uint64_t seed) const {
  const Space space = this->space();
  nac::rng rng(seed);
  for (int i = 0; i < 50 && !space.dimensions().empty(); ++i)
    if (std::optional<Graph> graph = build(random_point(space, rng))) return *graph;
  if (info_->preset_count > 0) return build_preset(info_->presets[0]->name);
  throw Failed("none of 50 random points is feasible, and there is no preset");
}

void TaskObject::Batch::release() {
  for (std::vector<nac_tensor *> *list : {&inputs, &targets}) {
    for (nac_tensor *tensor : *list) tensor->deleter(tensor);
    list->clear();
  }
}

TaskObject::Batch TaskObject::read(const std::string &split, const std::vector<uint64_t> &index,
                                   uint64_t stream) const {
  Batch batch;
  batch.inputs.resize(info_->input_count);
  batch.targets.resize(info_->target_count);
  const Call call(stream);
  ErrorBox error;
  error.must_succeed(api().read(self(), split.c_str(), index.data(), index.size(), batch.inputs.data(),
                                info_->input_count, batch.targets.data(), info_->target_count, call.get(), error.get()),
                     fmt::format("read of {} samples of '{}'", index.size(), split));
  return batch;
}

Samples TaskObject::samples(const std::string &split, const std::vector<uint64_t> &index, uint64_t stream) const {
  const Batch batch = read(split, index, stream);
  Samples samples;
  for (nac_tensor *tensor : batch.inputs) samples.inputs.push_back(Tensor::adopt(tensor, nullptr));
  for (nac_tensor *tensor : batch.targets) samples.targets.push_back(Tensor::adopt(tensor, nullptr));
  return samples;
}

void *TaskObject::metrics_begin(const std::string &split) const {
  void *run = nullptr;
  ErrorBox error;
  error.must_succeed(api().metrics_begin(self(), split.c_str(), &run, error.get()), "metrics_begin");
  return run;
}

void TaskObject::metrics_update(void *run, const std::vector<Tensor> &predictions,
                                const std::vector<Tensor> &targets) const {
  std::vector<TensorView> views;
  std::vector<const nac_view *> pointers;
  views.reserve(predictions.size() + targets.size());
  for (const std::vector<Tensor> *list : {&predictions, &targets})
    for (const Tensor &tensor : *list) views.emplace_back(tensor);
  for (const TensorView &view : views) pointers.push_back(view.get());
  ErrorBox error;
  error.must_succeed(
      api().metrics_update(run, pointers.data(), static_cast<uint32_t>(predictions.size()),
                           pointers.data() + predictions.size(), static_cast<uint32_t>(targets.size()), error.get()),
      "metrics_update");
}

std::vector<double> TaskObject::metrics_end(void *run) const {
  std::vector<double> values(info_->metric_count);
  ErrorBox error;
  error.must_succeed(api().metrics_end(run, values.data(), info_->metric_count, error.get()), "metrics_end");
  return values;
}

std::vector<double> TaskObject::metrics(const std::string &split, const std::vector<Tensor> &predictions,
                                        const std::vector<Tensor> &targets, int64_t batch) const {
  void *run = metrics_begin(split);
  const int64_t count = predictions.at(0).shape().at(0);
  for (int64_t first = 0; first < count; first += batch) {
    const int64_t rows = std::min(batch, count - first);
    std::vector<Tensor> p, t;
    for (const Tensor &tensor : predictions) p.push_back(tensor.rows(first, rows));
    for (const Tensor &tensor : targets) t.push_back(tensor.rows(first, rows));
    metrics_update(run, p, t);
  }
  return metrics_end(run);
}

std::vector<uint64_t> spread(uint64_t size, uint64_t most) {
  std::vector<uint64_t> index;
  const uint64_t count = std::min(size, most);
  for (uint64_t i = 0; i < count; ++i)
    index.push_back(count == size ? i : static_cast<uint64_t>(static_cast<long double>(i) * (size - 1) / (count - 1)));
  return index;
}

std::vector<std::string> sample_bytes(const std::vector<Tensor> &tensors) {
  const int64_t count = tensors.empty() ? 0 : tensors[0].shape().at(0);
  std::vector<std::string> rows(static_cast<std::size_t>(count));
  for (const Tensor &tensor : tensors) {
    const std::size_t size = count == 0 ? 0 : tensor.bytes() / static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i].append(static_cast<const char *>(tensor.raw()) + i * size, size);
  }
  return rows;
}

}  // namespace nac::fw::verify
