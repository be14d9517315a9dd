// SPDX-License-Identifier: Apache-2.0
//
// The state that the proxy stores is a line of its own, "nac.compress/1 <steps> <0 or 1: a step can be undone>", and
// what the plugin saved: the randomness of a step depends on how many went before, also after a resume.
#include "plugin/compress_proxy.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/error.hpp"
#include "nac/compress.h"
#include "nac/cpp/rng.hpp"
#include "plugin/byte_stream.hpp"
#include "plugin/instance.hpp"

namespace nac::fw {
namespace {

constexpr std::size_t kLargestState = std::size_t{1} << 30;
constexpr uint32_t kMostEpochs = 1'000'000;
constexpr uint64_t kStepStream = 0x636f6d7072657373u;  // "compress"

/// Name, type and shape of what a pass must leave as it was.
struct End {
  std::string name;
  DType dtype;
  Shape shape;
  bool operator==(const End &) const = default;
  std::string text() const { return fmt::format("'{}' {} {}", name, name_of(dtype), text_of(shape)); }
};

std::vector<End> ends_of(const Graph &graph, const std::vector<ValueId> &ids) {
  std::vector<End> ends;
  for (const ValueId id : ids) ends.push_back({graph.value(id).name, graph.value(id).dtype, graph.value(id).shape});
  return ends;
}

void check_ends(const char *what, const std::vector<End> &before, const std::vector<End> &after) {
  if (before.size() != after.size())
    throw Error(fmt::format("the model had {} {}s and has {} now", before.size(), what, after.size()));
  for (std::size_t i = 0; i < before.size(); ++i)
    if (!(before[i] == after[i]))
      throw Error(fmt::format("the model had the {} {} and has {} now", what, before[i].text(), after[i].text()));
}

void check_data(const Graph &graph) {
  for (const ValueId id : graph.values()) {
    const Value &v = graph.value(id);
    if (v.kind == ValueKind::parameter && !v.data) throw Error(fmt::format("the parameter '{}' has no data", v.name));
    if (!v.data || v.dtype != DType::f32) continue;
    const float *data = v.data->data<float>();
    for (int64_t i = 0; i < v.data->elements(); ++i)
      if (!std::isfinite(data[i])) throw Error(fmt::format("element {} of '{}' is {}", i, v.name, data[i]));
  }
}

CompressStep checked(const nac_compress_step &raw, bool can_undo) {
  if (raw.finished != 0 && raw.finished != 1) throw Error(fmt::format("finished is {}, not 0 or 1", raw.finished));
  if (raw.undo != 0 && raw.undo != 1) throw Error(fmt::format("undo is {}, not 0 or 1", raw.undo));
  if (raw.train_epochs > kMostEpochs)
    throw Error(fmt::format("it wants {} epochs, at most {} are accepted", raw.train_epochs, kMostEpochs));
  if (raw.finished == 1 && (raw.train_epochs != 0 || raw.undo != 0))
    throw Error("it says finished, and wants a training or an undo as well");
  if (raw.undo == 1 && raw.train_epochs != 0) throw Error("it wants an undo and a training in one step");
  if (raw.undo == 1 && !can_undo) throw Error("it wants an undo, but no step went before that is not undone yet");
  if (raw.rewind < NAC_REWIND_LEARNING_RATE || raw.rewind > NAC_REWIND_NONE)
    throw Error(fmt::format("rewind is {}, 0 to 2 are known", raw.rewind));
  if (!(raw.teacher_share >= 0 && raw.teacher_share <= 1))
    throw Error(fmt::format("teacher_share is {}, it must be in [0, 1]", raw.teacher_share));
  if (raw.teacher_share > 0 && !(raw.temperature > 0 && std::isfinite(raw.temperature)))
    throw Error(fmt::format("temperature is {}, it must be above 0", raw.temperature));
  CompressStep step;
  step.train_epochs = static_cast<int>(raw.train_epochs);
  step.finished = raw.finished == 1;
  step.undo = raw.undo == 1;
  step.rewind = static_cast<Rewind>(raw.rewind);
  step.teacher_share = raw.teacher_share;
  if (raw.teacher_share > 0) step.temperature = raw.temperature;
  return step;
}

}  // namespace

struct CompressProxy::State {
  State(const PluginObject &object, const Config &config, const Setup &the_setup)
      : instance(object, config),
        api(instance.table<nac_compress_api>(NAC_SIZE_THROUGH(nac_compress_api, load))),
        setup(the_setup) {
    instance.require({{"destroy", api.destroy != nullptr},
                      {"step", api.step != nullptr},
                      {"save", api.save != nullptr},
                      {"load", api.load != nullptr}});
    if (!NAC_HAS(&api, nac_compress_api, start) || api.start == nullptr) return;
    nac_compress_setup raw{};
    raw.struct_size = sizeof raw;
    raw.metric_count = setup.metric_count;
    raw.seed = setup.seed;
    // Measuring calls the task. Were that the pass's own library, one call at a time, each would wait for the other.
    if (object.descriptor->threads != NAC_THREADS_SERIAL) raw.observer = to_abi(setup.observer);
    instance.must("start", [&](nac_error *err) { return api.start(instance.self(), &raw, err); });
  }

  Instance instance;
  const nac_compress_api &api;
  Setup setup;
  uint64_t steps = 0;
  bool can_undo = false, finished = false;
};

CompressProxy::CompressProxy(const PluginObject &object, const Config &config, const Setup &setup)
    : state_(std::make_unique<State>(object, config, setup)) {}
CompressProxy::~CompressProxy() = default;

const PluginObject &CompressProxy::object() const { return state_->instance.object(); }

CompressStep CompressProxy::step(Graph &model, const std::vector<double> &metrics) {
  State &s = *state_;
  if (metrics.size() != s.setup.metric_count)
    throw Error(
        fmt::format("step was given {} metrics, the pass was started with {}", metrics.size(), s.setup.metric_count));
  const std::string function = fmt::format("step {}", s.steps);
  if (s.finished) throw Error(function + " was called on a pass that had finished");
  const std::vector<End> inputs = ends_of(model, model.inputs()), outputs = ends_of(model, model.outputs());
  nac_compress_step raw{};
  raw.struct_size = sizeof raw;
  const Call call(nac::stream_key(s.setup.seed, kStepStream, s.steps));
  s.instance.must(function, [&](nac_error *err) {
    return s.api.step(s.instance.self(), reinterpret_cast<nac_graph *>(&model), metrics.data(), s.setup.metric_count,
                      &raw, call.get(), err);
  });
  CompressStep step;
  try {
    step = checked(raw, s.can_undo);
    model.prune_dead();
    model.check();
    check_ends("input", inputs, ends_of(model, model.inputs()));
    check_ends("output", outputs, ends_of(model, model.outputs()));
    check_data(model);
  } catch (const Error &e) {
    s.instance.defect(function, e.what());
  }
  ++s.steps;
  s.can_undo = !step.undo;
  s.finished = step.finished;
  return step;
}

std::string CompressProxy::save() {
  State &s = *state_;
  StringSink sink(kLargestState);
  const CallResult result =
      s.instance.call([&](nac_error *err) { return s.api.save(s.instance.self(), sink.get(), err); });
  if (sink.overflowed()) s.instance.defect("save", fmt::format("its state is larger than {} bytes", kLargestState));
  if (result.status != NAC_OK) s.instance.failed("save", result);
  return fmt::format("{} {} {}\n", NAC_KIND_COMPRESS, s.steps, s.can_undo ? 1 : 0) + sink.bytes();
}

void CompressProxy::load(const std::string &state) {
  State &s = *state_;
  const std::string start = std::string(NAC_KIND_COMPRESS) + " ";
  const std::size_t end = state.find('\n');
  uint64_t steps = 0;
  const char *first = state.data() + start.size(), *last = state.data() + (end == std::string::npos ? 0 : end);
  bool known = end != std::string::npos && state.starts_with(start);
  std::from_chars_result number{};
  if (known) number = std::from_chars(first, last, steps);
  known = known && number.ec == std::errc() && last - number.ptr == 2 && number.ptr[0] == ' ' &&
          (number.ptr[1] == '0' || number.ptr[1] == '1');
  if (!known) throw Error("this is no stored state of a compression pass", NAC_DATA_LOSS);
  const std::string rest = state.substr(end + 1);
  const StringSource source(rest);
  s.instance.must("load", [&](nac_error *err) { return s.api.load(s.instance.self(), source.get(), err); });
  s.steps = steps;
  s.can_undo = number.ptr[1] == '1';
}

}  // namespace nac::fw
