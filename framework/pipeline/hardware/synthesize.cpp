// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/synthesize.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "pipeline/hardware/model_hash.hpp"
#include "pipeline/hardware/project_folder.hpp"
#include "pipeline/hardware/record.hpp"
#include "pipeline/hardware/values.hpp"
#include "pipeline/hardware/vectors.hpp"
#include "services/config_json.hpp"
#include "services/files.hpp"

namespace nac::fw {
namespace {

constexpr int kBatch = 512;

class Synthesizing {
 public:
  Synthesizing(const SynthesisJob &job, BackendPort &backend, Engine &engine, const SynthesisHooks &hooks)
      : job_(job), backend_(backend), engine_(engine), hooks_(hooks) {
    call_.cancel = hooks.cancel;
  }

  Synthesis run() {
    check_replaceable(job_.folder, job_.force);
    deploy_model();
    if (const auto why = backend_.unsupported(deployed_))
      throw Error(fmt::format("{}: {}", job_.network, *why), NAC_UNSUPPORTED);
    Study::HardwareRow &row = result_.row;
    row.name = job_.name;
    row.network = job_.network;
    row.backend = backend_.id();
    row.parameters = to_json(job_.parameters);
    row.model = model_hash(deployed_);
    row.folder = job_.folder.string();
    row.vectors = job_.vectors;
    row.values = estimated(backend_, deployed_);
    if (hooks_.estimated) hooks_.estimated(row.values);
    const TestVectors vectors = test_vectors(deployed_, job_.real, static_cast<int64_t>(job_.vectors));
    ProjectFolder project(job_.folder);
    step("emit: the project");
    backend_.emit(deployed_, project.path(), call_);
    prove(vectors);
    if (row.differences > 0) {
      find_layer(vectors);
      return std::move(result_);
    }
    write_testbench(vectors, project.path());
    write_file_atomically(project.path() / kProjectRecord, record_text(row));
    check_cancelled();
    project.place();
    if (job_.build) build();
    return std::move(result_);
  }

 private:
  void check_cancelled() const {
    if (hooks_.cancel != nullptr && *hooks_.cancel) throw Error("interrupted; nothing was written", NAC_CANCELLED);
  }
  void step(const std::string &text) const {
    check_cancelled();
    if (hooks_.say) hooks_.say(text);
  }

  void deploy_model() {
    if (!is_quantized(job_.model))
      throw UsageError(fmt::format(
          "{} has no quantizers, so there are no integers to build: compress it first (nac compress)", job_.network));
    const Graph whole = deploy(job_.model);
    DeadUnits dead;
    deployed_ = remove_dead_units(whole, &dead);
    step(fmt::format("deploy: {} nodes; {} channels and {} parameters that compute nothing are left out",
                     deployed_.topological().size(), dead.channels, dead.parameters));
  }

  /// The three ways to compute the same.
  void prove(const TestVectors &v) {
    const int64_t count = v.corners + v.real + v.random;
    step(fmt::format("vectors: {} ({} corners, {} of the data, {} random)", count, v.corners, v.real, v.random));
    integers_ = IntegerModel(deployed_).integers(v.inputs);
    step("training forward");
    const std::vector<Tensor> trained = engine_.forward(job_.model, v.inputs, kBatch, "cpu");
    step("C-simulation");
    const std::vector<Tensor> simulated = backend_.simulate(v.inputs, call_);
    if (trained.size() != integers_.size() || simulated.size() != integers_.size())
      throw Error(fmt::format("{}: {} outputs as integers, {} of the training forward, {} of the simulation",
                              job_.network, integers_.size(), trained.size(), simulated.size()));
    Comparison all;
    for (std::size_t i = 0; i < integers_.size(); ++i) {
      const std::string &name = deployed_.value(deployed_.outputs()[i]).name;
      compare(integers_[i], trained[i], "training forward", name, all);
      const int64_t before = all.different;
      compare(integers_[i], simulated[i], "C-simulation", name, all);
      simulation_differs_ = simulation_differs_ || all.different != before;
    }
    result_.row.differences = static_cast<uint64_t>(all.different);
    result_.first = all.first;
    step(fmt::format("training = integer = C-simulation: {} vectors, {} differences", count, all.different));
  }

  void find_layer(const TestVectors &v) {
    if (!simulation_differs_) {
      result_.trace_failure = "the C-simulation is right; the training forward is not";
      return;
    }
    step("trace: every quantized activation as a further output");
    try {
      const ProjectFolder scratch(job_.folder);
      result_.layer = trace_difference(deployed_, v.inputs, backend_, scratch.path(), call_);
      if (!result_.layer)
        result_.trace_failure = "every quantized activation is right, so it is what follows the last one";
    } catch (const Error &e) {
      result_.trace_failure = e.what();
    }
  }

  void write_testbench(const TestVectors &v, const std::filesystem::path &folder) {
    const int64_t rows = std::min(kMostTestbenchVectors, v.inputs.front().shape().at(0));
    std::vector<Tensor> inputs, expected;
    for (const Tensor &t : v.inputs) inputs.push_back(t.rows(0, rows));
    for (const IntegerTensor &t : integers_) expected.push_back(doubles_of(t).rows(0, rows));
    step(fmt::format("test of the project: {} vectors", rows));
    if (!backend_.testbench(inputs, expected, folder, call_))
      result_.warnings.push_back(fmt::format("{} writes no test into its projects", backend_.id()));
  }

  void build() {
    step("build: by the vendor's tools; this may take hours");
    try {
      add_reports(backend_, backend_.build(job_.folder, call_), result_.row.values);
      write_file_atomically(job_.folder / kProjectRecord, record_text(result_.row));
    } catch (const Error &e) {
      result_.build_failure = e.what();
    }
  }

  const SynthesisJob &job_;
  BackendPort &backend_;
  Engine &engine_;
  const SynthesisHooks &hooks_;
  BackendCall call_;
  Graph deployed_;
  std::vector<IntegerTensor> integers_;
  bool simulation_differs_ = false;
  Synthesis result_;
};

}  // namespace

std::string difference_text(const Synthesis &s) {
  std::string text = fmt::format("{} values differ in {} vectors; the first: {}", s.row.differences, s.row.vectors,
                                 s.first ? text_of(*s.first) : "");
  if (s.layer)
    return text + fmt::format("; the first layer that differs is '{}' ({})", s.layer->layer, text_of(s.layer->first));
  return text + "; layer: " + s.trace_failure;
}

Synthesis synthesize(const SynthesisJob &job, BackendPort &backend, Engine &engine, const SynthesisHooks &hooks) {
  return Synthesizing(job, backend, engine, hooks).run();
}

}  // namespace nac::fw
