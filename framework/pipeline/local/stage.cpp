// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/stage.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace nac::fw {

LocalContext local_context(const LocalInputs &in, SharedSplits &splits) {
  return {in.task, in.engine, splits, in.experiment.device, in.experiment.bops, model_metadata(in.experiment, in.task)};
}

void StageProgress::epoch(uint64_t trial, const Epoch &epoch) {
  const std::lock_guard lock(mutex_);
  observer_.epoch(trial, epoch);
}

void StageProgress::finished(const std::string &text, bool failed) {
  const std::lock_guard lock(mutex_);
  ++status_.finished;
  status_.failed += failed ? 1 : 0;
  status_.bad = failed;
  status_.latest = text;
  observer_.stage_advanced(status_);
}

void StageProgress::warning(const std::string &text) {
  const std::lock_guard lock(mutex_);
  observer_.warning(text);
}

StageStatus StageProgress::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::string values_text(const std::map<std::string, double> &metrics, const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    if (const auto at = metrics.find(name); at != metrics.end())
      text += fmt::format("{}{} {:.4g}", text.empty() ? "" : ", ", name, at->second);
  return text;
}

void record_settings(Study &study, const std::string &stage, const std::map<std::string, std::string> &settings) {
  const std::string key = "settings." + stage;
  const auto stored = study.text(key);
  if (!stored) return study.set_text(key, nlohmann::json(settings).dump());
  std::map<std::string, std::string> then;
  try {
    then = nlohmann::json::parse(*stored).get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception &e) {
    throw Error(
        fmt::format("the study '{}' cannot be compared with this manifest: {}", study.folder().string(), e.what()),
        NAC_DATA_LOSS);
  }
  const auto text = [](const auto &all, const std::string &name) {
    const auto at = all.find(name);
    return at == all.end() ? std::string("not set") : at->second;
  };
  std::map<std::string, std::string> both = then;
  both.insert(settings.begin(), settings.end());
  for (const auto &[name, ignored] : both)
    if (text(then, name) != text(settings, name))
      throw Error(fmt::format("the {} of study '{}' was begun with other settings: {} was {} and is now {}; set it "
                              "back, or choose another study folder",
                              stage, study.folder().string(), name, text(then, name), text(settings, name)),
                  NAC_FAILED_PRECONDITION);
}

std::map<std::string, std::string> settings_of(const std::string &table, const Recipe &r) {
  return {{table + ".epochs", fmt::format("{}", r.epochs)},
          {table + ".batch_size", fmt::format("{}", r.batch_size)},
          {table + ".optimizer", name_of(r.optimizer)},
          {table + ".learning_rate", fmt::format("{}", r.learning_rate)},
          {table + ".weight_decay", fmt::format("{}", r.weight_decay)},
          {table + ".momentum", fmt::format("{}", r.momentum)},
          {table + ".schedule", name_of(r.schedule)},
          {table + ".final_learning_rate", fmt::format("{}", r.final_learning_rate)},
          {table + ".step_size", fmt::format("{}", r.step_size)},
          {table + ".gamma", fmt::format("{}", r.gamma)},
          {table + ".plateau_patience", fmt::format("{}", r.plateau_patience)},
          {table + ".patience", fmt::format("{}", r.patience)},
          {table + ".clip_norm", fmt::format("{}", r.clip_norm)},
          {table + ".monitor", r.monitor_metric ? "metric" : "loss"}};
}

}  // namespace nac::fw
