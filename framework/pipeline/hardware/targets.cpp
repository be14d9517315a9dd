// SPDX-License-Identifier: Apache-2.0
//
// Which of the quantized networks become projects.
#include <fmt/format.h>

#include <cmath>

#include "pipeline/hardware/stage.hpp"
#include "pipeline/local/choose_rules.hpp"
#include "pipeline/local/networks.hpp"
#include "report/choice.hpp"

namespace nac::fw {
namespace {

using Row = Study::CompressRow;

/// Measured and quantized: float layers have 32 bits.
std::vector<Row> candidates(const LocalInputs &in) {
  const std::string &metric = in.task.info().metrics.front().name;
  std::vector<Row> rows;
  for (Row &row : in.study.compress_rows()) {
    if (row.state != "measured" || !std::isfinite(row.metrics.at(metric))) continue;
    if (row.metrics.at("weight_bits") < 32 && row.metrics.at("activation_bits") < 32) rows.push_back(std::move(row));
  }
  return rows;
}

/// By the rule of [choose]; where nothing passes it, the least loss.
std::optional<Row> best_of(const std::vector<Row> &rows, const LocalInputs &in) {
  if (rows.empty()) return std::nullopt;
  const MetricInfo &metric = in.task.info().metrics.front();
  ChooseInput input;
  for (const Row &row : rows)
    input.points.push_back({-metric.direction * row.metrics.at(metric.name), row.metrics.at("bops"),
                            row.metrics.at("weight_bits"), row.metrics.at("sparsity"), row.metrics});
  std::size_t least = 0;
  for (std::size_t i = 0; i < input.points.size(); ++i)
    if (input.points[i].loss < input.points[least].loss) least = i;
  input.reference = input.points[least].loss;
  return rows[choose_point(input, in.experiment.choose.value_or(ChooseStage())).value_or(least)];
}

std::optional<Row> chosen(const LocalInputs &in) {
  const Choice choice = choice_from_json(in.study.text("choose").value_or("{}"));
  if (choice.step)
    for (const Row &row : in.study.compress_rows())
      if (row.trial == choice.step->trial && row.chain == choice.step->chain && row.position == choice.step->position)
        return row;
  return std::nullopt;
}

HardwareTarget target_of(const std::string &name, const Row &row, const Study &study) {
  return {name, fmt::format("trial {}, chain {}, step {}", row.trial, row.chain, row.position), row.trial,
          study.artifact(row.model)};
}

std::string folder_of(uint64_t trial) { return fmt::format("trial-{}", trial); }

/// Networks that the search quantized.
std::vector<HardwareTarget> searched_targets(const LocalInputs &in, std::vector<std::string> &missing) {
  std::vector<HardwareTarget> targets;
  for (const uint64_t trial : chosen_networks(in.experiment.hardware->candidates, in.experiment, in.task, in.study))
    targets.push_back({folder_of(trial), fmt::format("trial {}", trial), trial, in.study.model(trial)});
  if (targets.empty()) missing.emplace_back("no network of the search can be built, so there is nothing to do");
  return targets;
}

}  // namespace

std::vector<HardwareTarget> hardware_targets(const LocalInputs &in, std::vector<std::string> &missing) {
  const CandidateChoice &choice = in.experiment.hardware->candidates;
  if (in.experiment.search && in.experiment.search->quantize) return searched_targets(in, missing);
  if (choice.empty()) {
    if (in.experiment.choose) {
      if (const auto row = chosen(in)) return {target_of("chosen", *row, in.study)};
      missing.emplace_back("no network is chosen, so there is nothing to build");
      return {};
    }
    if (const auto row = best_of(candidates(in), in)) return {target_of(folder_of(row->trial), *row, in.study)};
    missing.emplace_back("no network is quantized, so there is nothing to build");
    return {};
  }
  const std::vector<Row> all = candidates(in);
  std::vector<HardwareTarget> targets;
  for (const uint64_t trial : chosen_networks(choice, in.experiment, in.task, in.study)) {
    std::vector<Row> rows;
    for (const Row &row : all)
      if (row.trial == trial) rows.push_back(row);
    if (const auto row = best_of(rows, in))
      targets.push_back(target_of(folder_of(trial), *row, in.study));
    else
      missing.push_back(fmt::format("trial {} has no quantized network; compress it first", trial));
  }
  return targets;
}

}  // namespace nac::fw
