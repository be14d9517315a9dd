// SPDX-License-Identifier: Apache-2.0
#include "fakes.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "engine/checkpoint.hpp"
#include "fake_pass.hpp"
#include "nac/cpp/rng.hpp"
#include "pipeline/warm_start.hpp"

namespace fakes {
namespace {

using namespace nac::fw;

uint64_t fold(uint64_t h, double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return nac::mix64(h ^ bits);
}

uint64_t fold(uint64_t h, const Tensor &t) {
  for (int64_t i = 0; i < t.elements(); ++i) h = fold(h, static_cast<double>(t.data<float>()[i]));
  return h;
}

Tensor numbers(uint64_t key, int64_t rows, int64_t columns) {
  nac::rng rng(key);
  Tensor t(DType::f32, {rows, columns});
  auto *out = t.mutable_data<float>();
  for (int64_t i = 0; i < rows * columns; ++i) out[i] = static_cast<float>(rng.uniform());
  return t;
}

Graph dense(const std::vector<int64_t> &widths) {
  Graph g;
  ValueId x = g.add_input("x", DType::f32, {-1, 4});
  int64_t from = 4;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const ValueId w = g.add_parameter(fmt::format("w{}", i), {from, widths[i]}, {NAC_INIT_UNIFORM, 0.5});
    x = g.node(g.add_node("", "MatMul", {x, w})).outputs[0];
    if (i + 1 < widths.size()) x = g.node(g.add_node("", "Relu", {x})).outputs[0];
    from = widths[i];
  }
  g.add_output("y", x);
  return g;
}

}  // namespace

Task::Task(bool augments, int64_t variants) {
  info_.augments = augments;
  info_.inputs = {{"x", {4}, DType::f32}};
  info_.targets = {{"t", {2}, DType::f32}};
  info_.metrics = {{"error", "px", "mean absolute error", -1}, {"score", "", "the larger the better", +1}};
  info_.presets = {{"small", ""}, {"big", ""}};
  space_.add_ordered("width", {2, 4, 8, 16});
  space_.add_integer("depth", 0, 5, 1);
  space_.add_ordered("last", {1, 2, 3, 5, 8, 13});
  space_.add_choice("ignored", {"a", "b"});
  space_.add_integer("variant", 0, variants - 1, 1);
}

Graph Task::build(const Point &point) const {
  if (build_fails) throw Error("the builder is broken");
  const int64_t width = int64_t{2} << static_cast<int>(point.get(0)), depth = static_cast<int64_t>(point.get(1));
  if (width == 16 && depth >= 4) throw Infeasible("too deep for this width");
  std::vector<int64_t> widths(static_cast<std::size_t>(depth), width);
  widths.push_back(2 + static_cast<int64_t>(point.get(2)));
  if (const auto variant = static_cast<int64_t>(point.get(4)); variant > 0) {
    widths.push_back(1 + variant % 16);
    widths.push_back(1 + variant / 16);
  }
  widths.push_back(2);
  return dense(widths);
}

Graph Task::build_preset(const std::string &name) const {
  if (name == "small") return dense({2, 2});
  if (name == "big") return dense({32, 32, 2});
  throw UsageError("there is no preset " + name);
}

TaskProxy::WithLoss Task::with_loss(const Graph &model) const {
  TaskProxy::WithLoss out{model, 0};
  Graph &g = out.graph;
  const ValueId t = g.add_input("t", DType::f32, {-1, 2});
  const ValueId d = g.node(g.add_node("", "Sub", {g.outputs()[0], t})).outputs[0];
  const ValueId square = g.node(g.add_node("", "Mul", {d, d})).outputs[0];
  out.loss = g.node(g.add_node("", "ReduceMean", {square}, {{"keepdims", int64_t{0}}})).outputs[0];
  return out;
}

Samples Task::read_all(const std::string &split, uint64_t stream) const {
  ++reads;
  if (split == "test") ++test_reads;
  if (split == broken_split) throw Error("split '" + split + "' cannot be read");
  const uint64_t key = nac::stream_key(split == "train" && info_.augments ? stream : 0, split.size());
  return {{numbers(key, 6, 4)}, {numbers(key + 1, 6, 2)}};
}

std::vector<double> Task::metrics(const std::string &, const std::vector<Tensor> &predictions,
                                  const std::vector<Tensor> &targets) const {
  double error = 0;
  for (int64_t i = 0; i < targets[0].elements(); ++i)
    error += std::fabs(static_cast<double>(predictions[0].data<float>()[i]) - targets[0].data<float>()[i]) / 12;
  return {error, 1 / (1 + error)};
}

Search::Search(const Space &space, const SearchProxy::Setup &setup, uint64_t exhausted_after)
    : space_(space),
      state_(nac::stream_key(setup.seed, setup.trials)),
      exhausted_after_(exhausted_after),
      setup_(setup) {}

AskOutcome Search::ask(uint64_t trial, Point &point) {
  if (trial >= exhausted_after_) return AskOutcome::exhausted;
  // A host that tells more or less than the rule says gets other points.
  state_ = nac::mix64(state_ ^ told_);
  if (state_ % 5 == 0 && told_ < trial && refused_at_ != told_) {
    refused_at_ = told_;
    return AskOutcome::wait_for_tell;
  }
  nac::rng rng(state_);
  for (uint32_t i = 0; i < space_.dimensions().size(); ++i) {
    const auto &d = space_.dimensions()[i];
    if (d.kind == NAC_DIMENSION_NUMBER)
      point.set(i, d.low + (d.high - d.low) * rng.uniform());
    else
      point.set(i, d.low + static_cast<double>(rng.below(static_cast<uint64_t>(d.high - d.low) + 1)));
  }
  point.finish();
  return AskOutcome::proposed;
}

void Search::tell(uint64_t trial, nac_status status, const Point &point, const std::vector<double> &minimized) {
  if (trial < kWarmTrials) {
    if (trial != told_) throw Error(fmt::format("told trial {} after {} others", trial, told_));
    ++told_;
  } else if (trial != kWarmTrials + warm_++ || told_ > 0) {
    throw Error(fmt::format("told result {} of an earlier study after {} and {} others", trial, warm_ - 1, told_));
  }
  state_ = nac::mix64(state_ ^ static_cast<uint64_t>(status));
  for (const char c : point.canonical()) state_ = nac::mix64(state_ ^ static_cast<unsigned char>(c));
  for (const double v : minimized) state_ = fold(state_, v);
}

TrainResult Engine::train(const TrainJob &job) {
  const int training = ++trainings;
  const int now = ++at_once;
  for (int most = most_at_once; most < now && !most_at_once.compare_exchange_weak(most, now);) {
  }
  const auto leave = [](std::atomic<int> *count) { --*count; };
  const std::unique_ptr<std::atomic<int>, decltype(leave)> left(&at_once, leave);
  if (every_training_fails) throw Error("no device");
  static thread_local std::mt19937 pace{std::random_device{}()};
  TrainResult r;
  uint64_t key = job.seed;
  for (const ValueId id : job.graph->values())
    if (job.graph->value(id).kind == ValueKind::parameter) {
      Tensor t = *job.graph->value(id).data;
      key = fold(key, t);
      nac::rng noise(nac::stream_key(job.seed, static_cast<uint64_t>(job.recipe.learning_rate * 1e6)));
      for (int64_t i = 0; i < t.elements(); ++i)
        t.mutable_data<float>()[i] += 0.5F + 0.1F * static_cast<float>(noise.uniform());
      r.weights[job.graph->value(id).name] = t;
    }
  int first = 1;
  if (!job.checkpoint.empty()) {
    const Checkpoint c = read_checkpoint(job, "fake");
    key = static_cast<uint64_t>(c.steps);
    first = c.epochs + 1;
    r.history = c.history;
  }
  for (int e = first; e <= job.recipe.epochs; ++e) {
    ++epochs;
    if (max_delay_us_ > 0)
      std::this_thread::sleep_for(std::chrono::microseconds(pace() % static_cast<unsigned>(max_delay_us_)));
    key = fold(key, job.train_samples(e)->inputs[0]);
    const Epoch epoch{e, job.recipe.learning_rate, nac::rng(key).uniform(), nac::rng(key + 1).uniform(), {0.5, 0.25}};
    r.history.push_back(epoch);
    r.epochs = e;
    if (on_epoch) on_epoch(training, e);
    if (!job.on_epoch(epoch) || job.cancelled()) {
      r.status = TrainStatus::stopped;
      return r;
    }
    if (e == job.pause_after && e < job.recipe.epochs) {
      r.status = TrainStatus::paused;
      Checkpoint c;
      c.engine = "fake";
      c.seed = job.seed;
      c.planned = job.recipe.epochs;
      c.epochs = e;
      c.history = r.history;
      c.steps = static_cast<int64_t>(key);
      r.checkpoint = to_bytes(c);
      break;
    }
    if (ends_after != nullptr && ends_after(key, e)) break;
  }
  if (r.status == TrainStatus::finished && key % 11 == 0) {
    r.status = TrainStatus::diverged;
    r.reason = "loss is not finite in epoch 2";
    return r;
  }
  if (job.keep_epoch > 0) r.kept = r.weights;
  r.best_epoch = 1;
  r.metrics = job.metrics({numbers(key, job.validation->count(), 2)});
  r.seconds = std::uniform_real_distribution<double>()(pace);
  return r;
}

std::vector<Tensor> Engine::forward(const Graph &graph, const std::vector<Tensor> &inputs, int, const std::string &) {
  uint64_t key = 1;
  for (const ValueId id : graph.values())
    if (graph.value(id).kind == ValueKind::parameter) key = fold(key, *graph.value(id).data);
  return {numbers(key, inputs[0].shape()[0], 2)};
}

Experiment experiment(const std::filesystem::path &study, uint64_t trials) {
  Experiment e;
  e.name = "fake <study>";
  e.seed = 5;
  e.study = study;
  e.task.plugin = "fake.task";
  e.source = "[experiment]\nname = \"fake\"\n";
  SearchStage s;
  s.strategy.plugin = "fake.search";
  s.trials = trials;
  s.train.epochs = 3;
  s.presets = {"small", "big"};
  s.constraints = {{"parameters", true, 400, "parameters <= 400"}, {"error", true, 0.4, "error <= 0.4"}};
  e.search = s;
  e.select = SelectStage{{{"tiny", 3e4}, {"large", 1e6}, {"impossible", 1e3}}};
  return e;
}

Experiment staged_experiment(const std::filesystem::path &study, uint64_t trials) {
  Experiment e = experiment(study, trials);
  e.search->train.epochs = 9;
  e.search->fidelity = {FidelityKind::asha, 3, 0.1};
  e.search->repeats = 2;
  e.select->confirm = 3;
  return e;
}

RunOutcome run(const Experiment &experiment, const Task &task, Engine &engine, Study &study, Observer &observer,
               const std::atomic<int> &interrupts, uint64_t exhausted_after) {
  RunParts parts{task,
                 [&](const SearchProxy::Setup &setup) -> std::unique_ptr<SearchPort> {
                   return std::make_unique<Search>(task.space(), setup, exhausted_after);
                 },
                 {{"fake.task", "1", "/nowhere/task.so", "aa"}, {"fake.search", "1", "/nowhere/s.so", "bb"}},
                 {},
                 make_pass};
  parts.make_tuner = [](const Space &space, const SearchProxy::Setup &setup) -> std::unique_ptr<SearchPort> {
    return std::make_unique<Search>(space, setup);
  };
  return run_experiment(experiment, parts, engine, study, observer, interrupts);
}

std::string results_of(const Study &study) {
  std::string text;
  const auto rungs = study.rungs();
  const auto results = study.results();
  for (const Trial &t : study.trials()) {
    text += fmt::format("{} {} {}{} told {} hash {} dup {} {} '{}' {} model {}", t.number, name_of(t.state), t.point,
                        t.preset, t.told_before, t.hash, t.duplicate_of, t.architecture, t.reason, t.feasible, t.model);
    for (const auto &[name, value] : t.metrics)
      if (name != "seconds") text += fmt::format(" {}={}", name, value);
    for (const double o : t.objectives) text += fmt::format(" {}", o);
    for (const auto &e : study.epochs(t.number)) text += fmt::format(" e{}:{}:{}", e.epoch, e.train_loss, e.metrics[1]);
    for (const auto &r : rungs)
      if (r.trial == t.number) {
        text += fmt::format(" r{}@{}:{}:{}:{}:", r.rung, r.epoch, r.decision, r.note, r.model);
        for (const double o : r.objectives) text += fmt::format("{},", o);
      }
    for (const auto &r : results)
      if (r.trial == t.number) {
        text += fmt::format(" s{}:{}:{}", r.repeat, r.reason, r.model);
        for (const auto &[name, value] : r.metrics)
          if (name != "seconds") text += fmt::format(":{}", value);
      }
    text += "\n";
  }
  text += "told";
  for (const uint64_t t : study.tells()) text += fmt::format(" {}", t);
  return text + "\n";
}

}  // namespace fakes
