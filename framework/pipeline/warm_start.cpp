// SPDX-License-Identifier: Apache-2.0
#include "pipeline/warm_start.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "pipeline/predict.hpp"
#include "pipeline/provenance.hpp"
#include "pipeline/quantities.hpp"
#include "pipeline/trainings.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

using json = nlohmann::json;
const char *const kKept = "warm_start";  // the study's text

/// A trial of another study as one of this: its network is built again, since costs depend on this study's settings;
/// those of hardware, and all of a network that was quantized, are asked for what it was trained to.
json adopted(const SearchInputs &in, const Study &study, const Point &point, const Trial &trial,
             const std::vector<Quantity> &objectives, const HardwareCosts *hardware) {
  json result = {{"point", json::parse(point.to_json())}};
  std::map<std::string, double> metrics = trial.metrics;
  try {
    const bool quantized = in.experiment.search->quantize.has_value();
    const Graph built = in.task.build(point);
    Graph model;
    if (hardware != nullptr || quantized)
      model = from_onnx(study.model(trial.number), fmt::format("the model of trial {}", trial.number)).graph;
    if (hardware != nullptr)
      for (const auto &[name, value] : hardware->measure(model, point.to_json())) metrics[name] = value;
    for (const auto &[name, value] :
         quantized ? costs_as_built(model, in.experiment.bops) : measured_costs(built, in.experiment.bops))
      metrics[name] = value;
    const std::vector<double> values = minimized(objectives, metrics);
    if (broken_constraint(in.experiment.search->constraints, metrics).empty()) result["objectives"] = values;
  } catch (const Infeasible &) {  // without objectives it is infeasible
  }
  return result;
}

json read_earlier(const SearchInputs &in) {
  const std::vector<Quantity> objectives = objectives_of(*in.experiment.search, in.task.info());
  const std::shared_ptr<const HardwareCosts> hardware = hardware_costs(in);
  json results = json::array();
  std::set<std::string> known;
  for (const std::string &folder : in.experiment.search->warm_start) {
    if (!Study::exists(folder))
      throw UsageError(fmt::format("'search.warm_start': '{}' is no study (a folder with study.sqlite)",
                                   std::filesystem::absolute(folder).lexically_normal().string()));
    const auto study = Study::open(folder, Study::Mode::read);
    require_same_quantization(in.experiment, *study);
    std::size_t fitting = 0, measured = 0;
    std::string why;
    for (const Trial &trial : summarize(*study).trials) {
      if (!trial.measured() || trial.point.empty() || trial.duplicate_of >= 0) continue;
      ++measured;
      try {
        const Point point = Point::from_json(in.task.space(), trial.point);
        if (known.count(point.canonical()) == 0)
          results.push_back(adopted(in, *study, point, trial, objectives, hardware.get()));
        known.insert(point.canonical());
        ++fitting;
      } catch (const Error &e) {
        why = fmt::format("trial {}: {}", trial.number, e.what());
      }
    }
    if (fitting == 0)
      throw Error(
          fmt::format("'search.warm_start': none of the {} measured trials of the study '{}' can be used here{}",
                      measured, folder, why.empty() ? "" : ": " + why),
          NAC_FAILED_PRECONDITION);
  }
  return results;
}

}  // namespace

std::vector<WarmResult> warm_results(const SearchInputs &in) {
  if (in.experiment.search->warm_start.empty()) return {};
  std::optional<std::string> kept = in.study.text(kKept);
  if (!kept) {
    kept = read_earlier(in).dump();
    in.study.set_text(kKept, *kept);
  }
  std::vector<WarmResult> results;
  for (const json &one : json::parse(*kept)) {
    WarmResult r{Point::from_json(in.task.space(), one.at("point").dump()), NAC_INFEASIBLE, {}};
    if (one.contains("objectives")) {
      r.status = NAC_OK;
      r.objectives = one.at("objectives").get<std::vector<double>>();
    }
    results.push_back(std::move(r));
  }
  return results;
}

}  // namespace nac::fw
