// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/choose.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "graph/onnx.hpp"
#include "pipeline/hardware/costs.hpp"
#include "pipeline/local/choose_rules.hpp"
#include "pipeline/local/networks.hpp"
#include "pipeline/local/retrain.hpp"
#include "pipeline/workers.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;
using Row = Study::CompressRow;
using Values = std::map<std::string, double>;

json place_of(const Row &row) { return {{"trial", row.trial}, {"chain", row.chain}, {"position", row.position}}; }

/// Standard deviation of a metric between the seeds of trials, pooled over them; 0 where no trial has several.
double noise_of_search(const Study &study, const std::string &metric) {
  double squares = 0, freedom = 0;
  for (const auto &[trial, spread] : summarize(study).spreads) {
    const auto sd = spread.sd.find(metric);
    if (spread.results < 2 || sd == spread.sd.end() || !std::isfinite(sd->second)) continue;
    squares += sd->second * sd->second * (spread.results - 1);
    freedom += spread.results - 1;
  }
  return freedom > 0 ? std::sqrt(squares / freedom) : 0;
}

/// Mean and standard deviation of each of these names over results that have it.
void add_spread(const std::vector<Values> &results, const std::vector<MetricInfo> &metrics, json &out) {
  for (const MetricInfo &m : metrics) {
    std::vector<double> values;
    for (const Values &r : results)
      if (const auto at = r.find(m.name); at != r.end()) values.push_back(at->second);
    if (values.empty()) continue;
    const MeanSd s = mean_sd(values);
    out["mean"][m.name] = s.mean;
    out["sd"][m.name] = s.sd;
  }
}

class Choosing {
 public:
  explicit Choosing(const LocalInputs &in)
      : in_(in),
        stage_(in.experiment.choose.value_or(ChooseStage())),
        metric_(in.task.info().metrics.front()),
        splits_(in.task),
        context_(local_context(in, splits_)),
        progress_(in.observer, "choose", static_cast<uint64_t>(stage_.seeds)) {
    for (Row &row : in.study.compress_rows())
      if (row.state == "measured" && std::isfinite(row.metrics.at(metric_.name))) rows_.push_back(std::move(row));
    add_hardware_costs();
    for (const Row &row : rows_)
      input_.points.push_back({loss(row.metrics), row.metrics.at("bops"), row.metrics.at("weight_bits"),
                               row.metrics.at("sparsity"), row.metrics});
    input_.sigma = noise_of_search(in.study, metric_.name);
  }

  ChooseEnd run() {
    ChooseEnd end;
    if (rows_.empty()) {
      end.reason = "no network is compressed: there is nothing to choose from";
      return end;
    }
    const bool searched = input_.sigma > 0;
    input_.reference = reference();
    std::vector<Retraining> retrained;
    std::optional<std::size_t> pick = choose_point(input_, stage_);
    if (pick && !retrain(rows_[*pick], retrained)) return stopped(end);
    if (pick && !searched) {
      input_.sigma = noise_of(retrained);
      const std::optional<std::size_t> again = choose_point(input_, stage_);
      if (again != pick) {
        pick = again;
        retrained.clear();
        if (pick && !retrain(rows_[*pick], retrained)) return stopped(end);
      }
    }
    json result = head();
    if (pick) {
      end.pick = rows_[*pick];
      result["pick"] = place_of(*end.pick);
      add_retrained(retrained, result);
      if (!add_test(*end.pick, retrained, result)) return stopped(end);
    } else {
      result["pick"] = nullptr;
      result["reason"] = end.reason = nothing_left();
    }
    for (const auto &[name, at] : labelled_points(input_.points)) result["labels"][name] = place_of(rows_[at]);
    in_.study.set_text("choose", result.dump());
    end.trainings = progress_.status().finished;
    return end;
  }

 private:
  double loss(const Values &metrics) const { return -metric_.direction * metrics.at(metric_.name); }

  /// A budget on what the backend estimates: of each network as it would be built, before anything is.
  void add_hardware_costs() {
    const std::optional<HardwareStage> &hardware = in_.experiment.hardware;
    if (!hardware || !stage_.budget || hardware->prefix.empty() || !stage_.budget->name.starts_with(hardware->prefix))
      return;
    if (in_.make_backend == nullptr || !*in_.make_backend)
      throw Error("choose.budget asks for a cost of [hardware], but there is no backend", NAC_FAILED_PRECONDITION);
    const HardwareCosts costs(*hardware, *in_.make_backend);
    for (Row &row : rows_) {
      // Where there is none, no limit holds.
      for (const Quantity &q : hardware->quantities) row.metrics[q.name] = std::nan("");
      try {
        const Graph deployed = from_onnx(in_.study.artifact(row.deployed), "a compressed network").graph;
        const std::string point = in_.study.trial(row.trial).value_or(Trial()).point;
        for (const auto &[name, value] : costs.measure(deployed, point)) row.metrics[name] = value;
      } catch (const Infeasible &) {
      }
    }
  }

  /// Of the compressed networks and those that they come from.
  double reference() const {
    double best = input_.points.front().loss;
    for (const ChoosePoint &p : input_.points) best = std::min(best, p.loss);
    const std::vector<Study::TuneRow> recipes = in_.study.tune_rows();
    std::set<uint64_t> seen;
    for (const Row &row : rows_) {
      if (!seen.insert(row.trial).second) continue;
      if (const auto trial = in_.study.trial(row.trial); trial && trial->metrics.count(metric_.name) != 0)
        best = std::min(best, loss(trial->metrics));
      if (const auto tuned = best_recipe(recipes, row.trial, metric_)) best = std::min(best, loss(tuned->metrics));
    }
    return best;
  }

  ChooseEnd stopped(ChooseEnd end) const {
    end.interrupted = true;
    end.pick.reset();
    end.trainings = progress_.status().finished;
    return end;
  }

  /// False: interrupted.
  bool retrain(const Row &row, std::vector<Retraining> &all) {
    const std::optional<UnitState> unit = training_of(in_.study, row);
    if (!unit) return true;
    const BaseNetwork base = base_network(in_, context_, row.trial);
    all.resize(static_cast<std::size_t>(stage_.seeds));
    std::atomic<bool> interrupted{false};
    {
      Workers workers(worker_count(in_.experiment.compression.parallel));
      for (int seed = 0; seed < stage_.seeds; ++seed)
        workers.submit([&, seed] {
          if (in_.interrupts.load() > 0) {
            interrupted = true;
            return;
          }
          Retraining &r = all[static_cast<std::size_t>(seed)];
          r = retrain_unit(in_, context_, base, row, *unit, seed + 1, progress_);
          if (r.abandoned) interrupted = true;
        });
      workers.wait_idle();
      if (const std::exception_ptr failure = workers.failure()) std::rethrow_exception(failure);
    }
    return !interrupted;
  }

  double noise_of(const std::vector<Retraining> &retrained) const {
    std::vector<double> losses;
    for (const Retraining &r : retrained)
      if (r.reason.empty()) losses.push_back(loss(r.metrics));
    const double sd = losses.size() > 1 ? mean_sd(losses).sd : 0;
    return std::isfinite(sd) ? sd : 0;
  }

  json head() const {
    return {{"rule", name_of(stage_.rule)},
            {"delta", stage_.delta},
            {"budget", stage_.budget ? stage_.budget->text : ""},
            {"metric", metric_.name},
            {"reference", -metric_.direction * input_.reference},
            {"sigma", input_.sigma},
            {"pick", nullptr},
            {"labels", json::object()}};
  }

  void add_retrained(const std::vector<Retraining> &retrained, json &result) const {
    result["retrained"] = json::array();
    std::vector<Values> good;
    for (std::size_t i = 0; i < retrained.size(); ++i) {
      const Retraining &r = retrained[i];
      json entry = {{"seed", i + 1}};
      if (r.reason.empty()) {
        entry["metrics"] = r.metrics;
        good.push_back(r.metrics);
      } else {
        entry["reason"] = r.reason;
      }
      result["retrained"].push_back(entry);
    }
    add_spread(good, in_.task.info().metrics, result);
  }

  /// Once for each network, ever. False: interrupted.
  bool add_test(const Row &pick, const std::vector<Retraining> &retrained, json &result) {
    if (in_.interrupts.load() > 0) return false;
    json test;
    test["pick"] = test_metrics(pick.model);
    test["retrained"] = json::array();
    std::vector<Values> all;
    for (const Retraining &r : retrained) {
      if (!r.reason.empty()) continue;
      all.push_back(test_metrics(r.model));
      test["retrained"].push_back(all.back());
    }
    add_spread(all, in_.task.info().metrics, test);
    result["test"] = test;
    return true;
  }

  Values test_metrics(const std::string &model) {
    const std::string key = "choose.test." + model;
    if (const auto stored = in_.study.text(key)) {
      Values values;
      const json entry = json::parse(*stored);
      for (const auto &[name, value] : entry.items())
        values[name] = value.is_number() ? value.get<double>() : std::nan("");
      return values;
    }
    if (!test_) test_ = in_.task.read_all("test", 0);
    const Values values =
        named_metrics(in_.task.info(), score(from_onnx(in_.study.artifact(model), "the pick").graph, "test", *test_,
                                             in_.task, in_.engine, context_.predict()));
    in_.study.set_text(key, json(values).dump());
    return values;
  }

  std::string nothing_left() const {
    const bool quality = stage_.rule != ChooseRule::budget;
    std::string text = "no compressed network";
    if (quality)
      text += fmt::format(" has a {} within {:.4g} of {:.4g}", metric_.name, tolerance(input_, stage_.delta),
                          -metric_.direction * input_.reference);
    if (stage_.budget) text += fmt::format("{} holds {}", quality ? " and" : "", stage_.budget->text);
    double best = input_.points.front().loss;
    for (const ChoosePoint &p : input_.points) best = std::min(best, p.loss);
    return text + fmt::format("; the best {} is {:.4g}: change choose.delta or choose.budget", metric_.name,
                              -metric_.direction * best);
  }

  const LocalInputs &in_;
  const ChooseStage stage_;
  const MetricInfo metric_;
  SharedSplits splits_;
  const LocalContext context_;
  StageProgress progress_;
  std::vector<Row> rows_;  ///< beside input_.points
  ChooseInput input_;
  std::optional<Samples> test_;
};

}  // namespace

ChooseEnd run_choose(const LocalInputs &in) { return Choosing(in).run(); }

}  // namespace nac::fw
