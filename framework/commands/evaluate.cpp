// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/load_experiment.hpp"
#include "commands/make_engine.hpp"
#include "commands/open_task.hpp"
#include "commands/text_table.hpp"
#include "commands/trial_model.hpp"
#include "graph/onnx.hpp"
#include "nac/task.h"
#include "pipeline/evaluate.hpp"
#include "pipeline/train_trial.hpp"
#include "services/config_json.hpp"

namespace nac::fw {
namespace {

/// How the study counted; our default for models that do not say.
BopsOptions bops_from(const std::map<std::string, ConfigValue> &stored) {
  BopsOptions options;
  const auto bits = [&](const char *key, int &out) {
    const auto at = stored.find(key);
    if (at != stored.end())
      if (const auto *value = std::get_if<int64_t>(&at->second)) out = static_cast<int>(*value);
  };
  bits("weight_bits", options.weight_bits);
  bits("activation_bits", options.activation_bits);
  if (const auto at = stored.find("convention"); at != stored.end())
    options.convention = parse_bops_convention(std::get<std::string>(at->second));
  return options;
}

void print(const Evaluation &e, const BopsOptions &bops, bool json) {
  if (json) {
    nlohmann::ordered_json out{
        {"model", e.source},   {"split", e.split},    {"samples", e.samples}, {"parameters", e.cost.parameters},
        {"macs", e.cost.macs}, {"bops", e.cost.bops}, {"seconds", e.seconds}};
    for (const MetricValue &m : e.metrics) out["metrics"][m.info.name] = m.value;
    fmt::print("{}\n", out.dump(2));
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const MetricValue &m : e.metrics)
    rows.push_back(
        {m.info.name, fmt::format("{:.5g}{}{}", m.value, m.info.unit.empty() ? "" : " ", m.info.unit), m.info.summary});
  rows.push_back({"parameters", fmt::format("{}", e.cost.parameters), ""});
  rows.push_back(
      {"bops", fmt::format("{:.4g}", e.cost.bops),
       fmt::format("per sample, {}, {} x {} bit", name_of(bops.convention), bops.weight_bits, bops.activation_bits)});
  fmt::print("{} on {} {} samples:\n{}", e.source, e.samples, e.split, text_table(rows));
}

}  // namespace

int command_evaluate(const Arguments &arguments) {
  namespace po = boost::program_options;
  const auto strings = [] { return po::value<std::vector<std::string>>(); };
  CommandLine line(
      "evaluate MODEL [options]",
      "Scores a network on data and prints every metric of its task. MODEL is an ONNX file (ours or another\n"
      "with the same inputs), or STUDY:TRIAL. Our files know their task and its parameters.",
      {"nac evaluate studies/quickstart/models/12.onnx", "nac evaluate studies/quickstart:12 --split test",
       "nac evaluate model.onnx --task jets --data /data/jets --json"});
  line.option()("task", strings()->value_name("NAME"), "the task, when the model does not say");
  line.option()("data", strings()->value_name("PATH"), "data to score on; default: the data it was trained on");
  line.option()("split", strings()->value_name("NAME"), "train, validation (default) or test");
  line.option()("set,s", strings()->value_name("KEY=VALUE"), "set a parameter of the task");
  line.option()("engine", strings()->value_name("NAME"), "auto, fused or torch");
  line.option()("device", strings()->value_name("NAME"), "auto, cpu or cuda");
  line.with_plugins();
  line.with_json();
  line.positional("model");
  if (!line.parse(arguments)) return 0;
  const std::string name = line.required("model");

  const OnnxModel model = from_onnx(read_model(name), name);
  const auto known = [&](const char *key) {
    const auto found = model.metadata.find(key);
    return found == model.metadata.end() ? std::string() : found->second;
  };
  const std::string task_name = line.text("task", known(kTaskKey));
  if (task_name.empty())
    throw UsageError(fmt::format("{} does not say which task it is for; give --task NAME (nac task list)", name));
  std::map<std::string, ConfigValue> parameters;
  // What it was trained with holds only for that task.
  if (!line.has("task") || line.text("task") == known(kTaskKey))
    parameters = config_from_json(known(kTaskParametersKey), name);
  for (auto &[key, value] : parse_settings(line.texts("set"))) parameters[key] = value;
  if (line.has("data")) parameters["data"] = std::filesystem::absolute(line.text("data")).string();

  const Registry registry(line.discovery());
  const PluginObject &object = registry.find(NAC_KIND_TASK, task_name);
  require_parameters(object, parameters);
  const std::unique_ptr<TaskPort> task = make_task_port(object, Config(*object.descriptor, parameters));
  EvaluateOptions options;
  options.split = line.text("split", "validation");
  if (options.split != "train" && options.split != "validation" && options.split != "test")
    throw UsageError(fmt::format("--split: expected train, validation or test, found '{}'", options.split));
  options.device = line.text("device", "auto");
  EngineChoice choice = EngineChoice::automatic;
  if (const std::string text = line.text("engine", "auto"); !parse(text, choice))
    throw UsageError(fmt::format("--engine: expected {}, found '{}'", kEngineChoices, text));
  options.bops = bops_from(config_from_json(known(kBopsKey), name));
  print(evaluate(model.graph, name, *task, *make_engine(choice), options), options.bops, line.json());
  return 0;
}

}  // namespace nac::fw
