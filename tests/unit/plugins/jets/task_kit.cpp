// SPDX-License-Identifier: Apache-2.0
#include "task_kit.hpp"

#include <numeric>

#include "nac/cpp/error.hpp"
#include "nac/plugin.h"
#include "services/graph_service.hpp"
#include "services/host.hpp"

namespace kit {
namespace {

nac_status append(const nac_sink *sink, const void *bytes, uint64_t size) {
  static_cast<std::string *>(sink->ctx)->append(static_cast<const char *>(bytes), size);
  return NAC_OK;
}

}  // namespace

Task::Task(const Parameters &parameters) {
  static nac::fw::Host host;
  nac_error err = nac::empty_error();
  nac::check(nac_plugin_v1.init(host.get(), "test", &err), err);
  const nac_descriptor &descriptor = *nac_plugin_v1.descriptors[0];
  const nac::fw::Config config(descriptor, parameters);
  nac_object object{};
  err = nac::empty_error();
  const nac_status status = nac_plugin_v1.create(descriptor.id, nac::fw::to_abi(&config), &object, &err);
  if (status != NAC_OK) {
    nac_plugin_v1.deinit();
    nac::check(status, err);
  }
  api_ = static_cast<const nac_task_api *>(object.api);
  self_ = object.self;
}

Task::~Task() {
  api_->destroy(self_);
  nac_plugin_v1.deinit();
}

uint64_t Task::size(const std::string &split) const {
  nac_error err = nac::empty_error();
  uint64_t count = 0;
  nac::check(api_->size(self_, split.c_str(), &count, &err), err);
  return count;
}

Batch Task::read(const std::string &split, const std::vector<uint64_t> &index) const {
  nac_error err = nac::empty_error();
  nac_tensor *input = nullptr, *target = nullptr;
  nac::check(api_->read(self_, split.c_str(), index.data(), index.size(), &input, 1, &target, 1, nullptr, &err), err);
  const auto values = static_cast<std::size_t>(nac::element_count(input->view.shape, input->view.ndim));
  const float *rows = nac::dense<float>(input->view);
  const int64_t *labels = nac::dense<int64_t>(target->view);
  Batch batch{{rows, rows + values}, {labels, labels + target->view.shape[0]}};
  input->deleter(input);
  target->deleter(target);
  return batch;
}

Batch Task::read_all(const std::string &split) const {
  std::vector<uint64_t> index(size(split));
  std::iota(index.begin(), index.end(), uint64_t{0});
  return read(split, index);
}

std::vector<double> Task::metrics(const std::vector<float> &logits, const std::vector<int64_t> &labels,
                                  std::size_t batch) const {
  nac_error err = nac::empty_error();
  void *run = nullptr;
  nac::check(api_->metrics_begin(self_, "validation", &run, &err), err);
  std::vector<double> values(info().metric_count);
  nac_status failed = NAC_OK;
  for (std::size_t first = 0; first < labels.size() && failed == NAC_OK; first += batch) {
    const std::size_t count = std::min(batch, labels.size() - first);
    const nac::borrowed_view<float> p(logits.data() + first * 5, {static_cast<int64_t>(count), 5});
    const nac::borrowed_view<int64_t> t(labels.data() + first, {static_cast<int64_t>(count)});
    const nac_view *predictions = p.get(), *targets = t.get();
    failed = api_->metrics_update(run, &predictions, 1, &targets, 1, &err);
  }
  nac_error end = nac::empty_error();
  const nac_status ended = api_->metrics_end(run, values.data(), static_cast<uint32_t>(values.size()), &end);
  nac::check(failed, err);
  nac::check(ended, end);
  return values;
}

std::string Task::describe() const {
  std::string text;
  const nac_sink sink{&text, append};
  nac_error err = nac::empty_error();
  nac::check(api_->describe(self_, &sink, &err), err);
  return text;
}

std::string Task::fingerprint() const {
  std::string text;
  const nac_sink sink{&text, append};
  nac_error err = nac::empty_error();
  nac::check(api_->fingerprint(self_, &sink, &err), err);
  return text;
}

std::string Task::fitted() const {
  std::string text;
  const nac_sink sink{&text, append};
  nac_error err = nac::empty_error();
  nac::check(api_->fitted(self_, &sink, &err), err);
  return text;
}

nac::fw::Space Task::space() const {
  nac::fw::Space space;
  nac_error err = nac::empty_error();
  nac::check(api_->space(self_, nac::fw::to_abi(&space), &err), err);
  return space;
}

nac::fw::Graph Task::build(const nac::fw::Point &point) const {
  nac::fw::Graph graph;
  nac_error err = nac::empty_error();
  nac::check(api_->build(self_, nac::fw::to_abi(&point), nac::fw::to_abi(&graph), &err), err);
  return graph;
}

nac::fw::Graph Task::preset(const std::string &name) const {
  nac::fw::Graph graph;
  nac_error err = nac::empty_error();
  nac::check(api_->build_preset(self_, name.c_str(), nac::fw::to_abi(&graph), &err), err);
  return graph;
}

std::string creation_error(const Parameters &parameters) {
  try {
    const Task task(parameters);
  } catch (const nac::failure &e) {
    return e.what();
  }
  return "";
}

int64_t trainable(const nac::fw::Graph &graph) {
  int64_t total = 0;
  for (const nac::fw::ValueId id : graph.values()) {
    const nac::fw::Value &value = graph.value(id);
    if (value.kind != nac::fw::ValueKind::parameter) continue;
    int64_t count = 1;
    for (const int64_t d : value.shape) count *= d;
    total += count;
  }
  return total;
}

std::optional<std::filesystem::path> shared_data(const std::string &name) {
  const char *folder = std::getenv("NAC_DATA_DIR");
  const std::filesystem::path root = folder != nullptr
                                         ? std::filesystem::path(folder)
                                         : std::filesystem::path(NAC_SOURCE_DIR).parent_path() / "shared" / "data";
  std::error_code error;
  if (std::filesystem::exists(root / name, error)) return root / name;
  return std::nullopt;
}

}  // namespace kit
