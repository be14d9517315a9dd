// SPDX-License-Identifier: Apache-2.0
//
// nac synth: a network as a hardware project, proven; and what the vendor's tools reported of one.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/make_engine.hpp"
#include "commands/open_task.hpp"
#include "commands/text_table.hpp"
#include "commands/trial_model.hpp"
#include "graph/onnx.hpp"
#include "manifest/stages.hpp"
#include "nac/backend.h"
#include "nac/task.h"
#include "pipeline/hardware/record.hpp"
#include "pipeline/hardware/synthesize.hpp"
#include "pipeline/hardware/values.hpp"
#include "pipeline/train_trial.hpp"
#include "report/hardware.hpp"
#include "services/config_json.hpp"

namespace nac::fw {
namespace {

namespace po = boost::program_options;

std::atomic<bool> g_cancel{false};

/// The first Ctrl-C ends the work at its next step, so that nothing half written stays; the second ends the program.
void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { g_cancel = true; };
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_of(const std::vector<Study::HardwareValue> &values) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Study::HardwareValue &v : values)
    all.push_back({{"name", v.quantity},
                   {"unit", v.unit},
                   {"estimate", number(v.estimate)},
                   {"low", number(v.low)},
                   {"high", number(v.high)},
                   {"report", number(v.report)}});
  return all;
}

std::map<std::string, ConfigValue> given_parameters(const CommandLine &line) {
  std::map<std::string, ConfigValue> parameters = parse_settings(line.texts("set"));
  if (line.has("part")) parameters["part"] = line.text("part");
  return parameters;
}

std::unique_ptr<BackendPort> open_backend(const PluginObject &object,
                                          const std::map<std::string, ConfigValue> &parameters) {
  std::string problems;
  for (const Config::Problem &problem : Config::problems(*object.descriptor, parameters))
    problems += (problems.empty() ? "" : "\n") + problem.message;
  if (!problems.empty()) throw UsageError(problems);
  return make_backend_port(object, Config(*object.descriptor, parameters));
}

uint64_t vectors_of(const CommandLine &line) {
  if (!line.has("vectors")) return HardwareStage().vectors;
  const std::string text = line.text("vectors");
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > 100'000'000)
    throw UsageError(fmt::format("--vectors: expected a whole number from 1 to 100000000, found '{}'", text));
  return count;
}

/// Rows of the validation split of the task that the model says it is for; none where it does not say.
std::vector<Tensor> validation_rows(const OnnxModel &model, const CommandLine &line, const Registry &registry,
                                    std::string &note) {
  const auto known = [&](const char *key) {
    const auto found = model.metadata.find(key);
    return found == model.metadata.end() ? std::string() : found->second;
  };
  const std::string name = known(kTaskKey);
  if (name.empty()) {
    note = "the model does not say which task it is for: all vectors are made up";
    if (line.has("data")) throw UsageError("--data: " + note);
    return {};
  }
  std::map<std::string, ConfigValue> parameters = config_from_json(known(kTaskParametersKey), line.required("model"));
  if (line.has("data")) parameters["data"] = std::filesystem::absolute(line.text("data")).string();
  try {
    const PluginObject &object = registry.find(NAC_KIND_TASK, name);
    require_parameters(object, parameters);
    return make_task_port(object, Config(*object.descriptor, parameters))->read_all("validation", 0).inputs;
  } catch (const Error &e) {
    if (line.has("data")) throw;
    note = fmt::format("no vectors of the data of task {}: {}", name, e.what());
    return {};
  }
}

void print(const Synthesis &made, const CommandLine &line) {
  const Study::HardwareRow &row = made.row;
  if (!line.json()) {
    if (!made.build_failure.empty()) return;
    if (line.has("build")) fmt::print("\nby the vendor's tools:\n{}", text_table(value_rows(row.values)));
    if (row.differences == 0) fmt::print("\nproject {}\n", row.folder);
    return;
  }
  nlohmann::ordered_json out{{"model", row.network},
                             {"project", row.differences == 0 ? nlohmann::json(row.folder) : nlohmann::json(nullptr)},
                             {"backend", row.backend},
                             {"parameters", nlohmann::json::parse(row.parameters)},
                             {"model_sha256", row.model},
                             {"vectors", row.vectors},
                             {"differences", row.differences},
                             {"quantities", json_of(row.values)}};
  if (made.first)
    out["first_difference"] = {{"with", made.first->with},         {"output", made.first->output},
                               {"vector", made.first->vector},     {"element", made.first->element},
                               {"expected", made.first->expected}, {"found", number(made.first->found)}};
  if (made.layer) out["first_layer"] = made.layer->layer;
  fmt::print("{}\n", out.dump(2));
}

int synthesize_model(const CommandLine &line) {
  const NamedModel source = read_named_model(line.required("model"), line.text("trial"));
  const Registry registry(line.discovery());
  const PluginObject &object = registry.find(NAC_KIND_BACKEND, line.text("backend", kDefaultBackend));
  SynthesisJob job;
  job.parameters = given_parameters(line);
  job.vectors = vectors_of(line);
  const std::unique_ptr<BackendPort> backend = open_backend(object, job.parameters);
  OnnxModel model = from_onnx(source.bytes, source.name);
  job.name = source.stem;
  job.network = source.name;
  job.folder = line.text("output", source.stem + "_" + object.short_name());
  job.force = line.has("force");
  job.build = line.has("build");
  std::string note;
  job.real = validation_rows(model, line, registry, note);
  job.model = std::move(model.graph);
  if (!note.empty()) fmt::print(stderr, "{}\n", note);
  SynthesisHooks hooks;
  hooks.cancel = &g_cancel;
  if (!line.json()) {
    hooks.say = [](const std::string &text) {
      fmt::print("{}\n", text);
      std::fflush(stdout);
    };
    hooks.estimated = [](const std::vector<Study::HardwareValue> &values) {
      fmt::print("estimate:\n{}", text_table(value_rows(values)));
    };
  }
  catch_interrupts();
  const Synthesis made = synthesize(job, *backend, *make_engine(EngineChoice::automatic), hooks);
  for (const std::string &warning : made.warnings) fmt::print(stderr, "warning: {}\n", warning);
  print(made, line);
  if (made.row.differences > 0) throw Error(difference_text(made));
  if (!made.build_failure.empty())
    throw Error(fmt::format("the project is in {}, but was not built: {}", made.row.folder, made.build_failure));
  return 0;
}

/// The row that the study has of the project, or the project's own record.
void store_reports(const std::string &folder, Study::HardwareRow row, Study &study) {
  row.folder = std::filesystem::absolute(folder).lexically_normal().string();
  for (const Study::HardwareRow &known : study.hardware_rows())
    if (known.backend == row.backend && known.parameters == row.parameters && known.model == row.model) {
      row.folder = known.folder;
      row.name = known.name;
      row.network = known.network;
    }
  study.set_hardware_row(row);
}

int read_reports(const CommandLine &line) {
  if (line.has("model")) throw UsageError("--read-reports reads what is in a folder; give no model with it");
  const std::string folder = line.text("read-reports");
  if (!std::filesystem::is_directory(folder))
    throw UsageError(fmt::format("--read-reports: '{}' is no folder", folder));
  const std::optional<Study::HardwareRow> record = read_record(folder);
  std::unique_ptr<Study> study;
  if (line.has("study")) {
    if (!record)
      throw UsageError(fmt::format("{} has no {}, so it is not known which network it is: it cannot go into a study",
                                   folder, "nac_synth.json"));
    study = Study::open(line.text("study"), Study::Mode::resume);
  }
  Study::HardwareRow row = record.value_or(Study::HardwareRow());
  std::map<std::string, ConfigValue> parameters;
  if (record) parameters = config_from_json(row.parameters, folder);
  for (auto &[key, value] : given_parameters(line)) parameters[key] = value;
  const Registry registry(line.discovery());
  const std::string name = line.text("backend", row.backend.empty() ? kDefaultBackend : row.backend);
  const std::unique_ptr<BackendPort> backend = open_backend(registry.find(NAC_KIND_BACKEND, name), parameters);
  add_reports(*backend, backend->read_reports(folder), row.values);
  if (study != nullptr) store_reports(folder, row, *study);
  if (line.json()) {
    nlohmann::ordered_json out{{"folder", folder}, {"backend", backend->id()}, {"quantities", json_of(row.values)}};
    if (record) out["model_sha256"] = row.model;
    fmt::print("{}\n", out.dump(2));
    return 0;
  }
  fmt::print("{}{}", record ? fmt::format("{}, {}\n", row.network, row.parameters) : "",
             text_table(value_rows(row.values)));
  if (study != nullptr) fmt::print("stored in {}; nac report {} shows it\n", line.text("study"), line.text("study"));
  return 0;
}

}  // namespace

int command_synth(const Arguments &arguments) {
  const auto strings = [] { return po::value<std::vector<std::string>>(); };
  CommandLine line(
      "synth MODEL [TRIAL] [options]",
      "Writes a quantized network as a hardware project: says what it costs, then proves that the training's\n"
      "forward, the integers and the project's C-simulation are the same, to the last bit. MODEL is STUDY:chosen,\n"
      "STUDY:TRIAL or an ONNX file, ours or QONNX. Where anything differs, it names the layer, writes no project\n"
      "and ends with 1. With --read-reports it shows what the vendor's tools reported, beside the estimate.",
      {"nac synth studies/my:chosen --part vu13p", "nac synth studies/my:chosen --set reuse_factor=4 --vectors 20000",
       "nac synth model.qonnx.onnx --set strategy=resource --output build/trigger",
       "nac synth --read-reports build/trigger --study studies/my"});
  line.option()("backend", strings()->value_name("NAME"), "the hardware backend; default: hls");
  line.option()("part", strings()->value_name("NAME"), "the device, such as vu13p; the same as --set part=NAME");
  line.option()("set,s", strings()->value_name("KEY=VALUE"), "set a parameter of the backend (nac plugin show hls)");
  line.option()("output,o", strings()->value_name("DIR"), "the project's folder; default: <name>_<backend>");
  line.option()("force", "replace a project that is there");
  line.option()("vectors", strings()->value_name("N"), "vectors of the proof; default: 5000");
  line.option()("data", strings()->value_name("PATH"), "data of the task to take vectors from");
  line.option()("build", "run the vendor's tools on the project");
  line.option()("read-reports", strings()->value_name("DIR"), "show what the vendor's tools left in a project");
  line.option()("study", strings()->value_name("STUDY"), "with --read-reports: keep the values there");
  line.with_plugins();
  line.with_json();
  line.positional("model");
  line.positional("trial");
  if (!line.parse(arguments)) return 0;
  if (line.has("read-reports")) return read_reports(line);
  if (line.has("study")) throw UsageError("--study goes with --read-reports");
  return synthesize_model(line);
}

}  // namespace nac::fw
