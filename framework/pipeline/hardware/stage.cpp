// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "graph/onnx.hpp"
#include "pipeline/hardware/model_hash.hpp"
#include "pipeline/hardware/parameters.hpp"
#include "pipeline/hardware/project_folder.hpp"
#include "pipeline/hardware/published.hpp"
#include "pipeline/hardware/synthesize.hpp"
#include "pipeline/local/unit_failure.hpp"
#include "services/config_json.hpp"

namespace nac::fw {
namespace {

/// Tells a backend to stop when the run is interrupted; it waits for the vendor's tools, which take hours.
class CancelOnInterrupt {
 public:
  explicit CancelOnInterrupt(const std::atomic<int> &interrupts)
      : watch_([this, &interrupts](const std::stop_token &ended) {
          while (!ended.stop_requested()) {
            if (interrupts.load() > 0) flag_ = true;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
          }
        }) {}
  const std::atomic<bool> *flag() const { return &flag_; }

 private:
  std::atomic<bool> flag_{false};
  std::jthread watch_;  // last: it uses the flag
};

bool has_reports(const Study::HardwareRow &row) {
  return std::any_of(row.values.begin(), row.values.end(), [](const auto &v) { return !std::isnan(v.report); });
}

class Building {
 public:
  explicit Building(const LocalInputs &in)
      : in_(in), stage_(*in.experiment.hardware), splits_(in.task), cancel_(in.interrupts) {
    if (in.make_backend == nullptr || !*in.make_backend)
      throw Error("[hardware] asks for projects, but there is no backend", NAC_FAILED_PRECONDITION);
  }

  HardwareEnd run() {
    HardwareEnd end;
    std::vector<std::string> missing;
    const std::vector<HardwareTarget> targets = hardware_targets(in_, missing);
    StageProgress progress(in_.observer, "hardware", targets.size());
    for (const std::string &what : missing) progress.warning(what);
    end.failed = missing.size();
    if (targets.empty() && !missing.empty()) end.reason = missing.front();
    store_published(targets, progress);
    for (const HardwareTarget &target : targets) {
      if (in_.interrupts.load() > 0) {
        end.interrupted = true;
        return end;
      }
      std::string line;
      const std::string failure = failure_of([&] { line = build(target, end); });
      if (in_.interrupts.load() > 0 && !failure.empty()) {
        end.interrupted = true;
        return end;
      }
      if (!failure.empty()) {
        ++end.failed;
        progress.warning(fmt::format("hardware of {}: {}", target.name, failure));
      }
      progress.finished(fmt::format("{}: {}", target.name, failure.empty() ? line : failure), !failure.empty());
    }
    return end;
  }

 private:
  /// For the report, which reads no manifest; also where a later run has other rows, or none.
  void store_published(const std::vector<HardwareTarget> &targets, StageProgress &progress) {
    if (stage_.published.empty() && !in_.study.text(kPublishedKey)) return;
    std::vector<std::string> unmatched;
    in_.study.set_text(kPublishedKey, to_json(match_published(in_, targets, unmatched)));
    for (const std::string &what : unmatched) progress.warning(what);
  }

  std::string build(const HardwareTarget &target, HardwareEnd &end) {
    SynthesisJob job;
    job.name = target.name;
    job.network = target.network;
    job.model = from_onnx(target.model, job.network).graph;
    job.parameters = parameters_at(stage_, in_.study.trial(target.trial).value_or(Trial()).point);
    job.folder = in_.study.folder() / "hardware" / target.name;
    job.force = true;
    job.build = stage_.build;
    job.vectors = stage_.vectors;
    const std::unique_ptr<BackendPort> backend = (*in_.make_backend)(job.parameters);
    if (const auto row = known(job, *backend)) {
      ++end.known;
      end.rows.push_back(*row);
      return "the project is there already";
    }
    job.real = splits_.validation()->inputs;
    SynthesisHooks hooks;
    hooks.cancel = cancel_.flag();
    Synthesis made = synthesize(job, *backend, in_.engine, hooks);
    const bool proven = made.row.differences == 0;
    made.row.folder = proven ? "hardware/" + target.name : "";
    in_.study.set_hardware_row(made.row);
    if (!proven) throw Error(difference_text(made));
    end.rows.push_back(made.row);
    for (const std::string &warning : made.warnings) in_.observer.warning(warning);
    if (!made.build_failure.empty())
      in_.observer.warning(fmt::format("the vendor's tools did not build {}: {}; the project is there",
                                       job.folder.string(), made.build_failure));
    return fmt::format("{} vectors, 0 differences", made.row.vectors);
  }

  /// Built and proven by an earlier run, of the same network with the same parameters, and still there.
  std::optional<Study::HardwareRow> known(const SynthesisJob &job, const BackendPort &backend) const {
    std::error_code code;
    if (!std::filesystem::exists(job.folder / kProjectRecord, code)) return std::nullopt;
    const std::string model = model_hash(hardware_graph(job.model)), parameters = to_json(job.parameters);
    for (const Study::HardwareRow &row : in_.study.hardware_rows())
      if (row.backend == backend.id() && row.model == model && row.parameters == parameters && row.differences == 0 &&
          row.vectors >= job.vectors && row.folder == "hardware/" + job.name && (!job.build || has_reports(row)))
        return row;
    return std::nullopt;
  }

  const LocalInputs &in_;
  const HardwareStage &stage_;
  SharedSplits splits_;
  CancelOnInterrupt cancel_;
};

}  // namespace

HardwareEnd run_hardware(const LocalInputs &in) { return Building(in).run(); }

}  // namespace nac::fw
