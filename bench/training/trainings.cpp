// SPDX-License-Identifier: Apache-2.0
#include "trainings.hpp"

#include <exception>
#include <limits>
#include <thread>

#include "base/error.hpp"
#include "clock.hpp"
#include "stint.hpp"
#include "variants.hpp"

namespace nac::fw::training {
namespace {

struct Prepared {
  TaskProxy::WithLoss trained;
  TrainJob job;
};

/// Adam with a rate of 1e-3. `prepared.trained` is set.
void prepare(Nets &nets, const std::string &net, int batch, int epochs, Prepared &prepared) {
  TrainJob &job = prepared.job;
  job.graph = &prepared.trained.graph;
  job.loss = prepared.trained.loss;
  job.target_count = static_cast<uint32_t>(nets.task(net).info().targets.size());
  job.recipe.batch_size = batch;
  job.recipe.epochs = epochs;
  job.seed = nets.seed();
  job.device = "cpu";
  job.train_samples = [samples = nets.train(net)](int) { return samples; };
}

void validate(Nets &nets, const std::string &net, TrainJob &job) {
  job.validation = nets.validation(net);
  job.metrics = [&task = nets.task(net), samples = job.validation](const std::vector<Tensor> &predictions) {
    return task.metrics("validation", predictions, samples->targets);
  };
  job.metric_direction = nets.task(net).info().metrics.front().direction;
}

void require(const TrainResult &result, TrainStatus wanted, const std::string &net) {
  if (result.status != wanted) throw Error(net + ": the training ended early: " + result.reason);
}

}  // namespace

Steps time_steps(Nets &nets, Engine &engine, const std::string &net, const std::string &variant, int batch,
                 double seconds) {
  const Variant made = make_variant(nets, engine, net, variant);
  Prepared prepared{nets.task(net).with_loss(made.model), {}};
  // More epochs than there is time for.
  prepare(nets, net, batch, std::numeric_limits<int>::max() - 1, prepared);
  prepared.job.quantized = made.quantized;
  if (nets.train(net)->count() % batch != 0) throw UsageError("batch: only divisors of 1024");
  Stint stint(seconds);
  prepared.job.cancelled = [&] { return stint.before_step(); };
  const TrainResult result = engine.train(prepared.job);
  require(result, TrainStatus::stopped, net);
  return {stint.steps() * batch, stint.seconds(), result.shares};
}

std::vector<Epoch> train_curve(Nets &nets, Engine &engine, const std::string &net, int batch, int epochs,
                               bool validated) {
  Prepared prepared{nets.task(net).with_loss(nets.initialized(net)), {}};
  prepare(nets, net, batch, epochs, prepared);
  if (validated) validate(nets, net, prepared.job);
  const TrainResult result = engine.train(prepared.job);
  require(result, TrainStatus::finished, net);
  return result.history;
}

Trials time_trials(Nets &nets, Engine &engine, const std::string &net, int batch, int epochs, int trials, int workers) {
  // The samples and tables of the task are made once per process, not in every trial.
  nets.train(net);
  nets.validation(net);
  const auto trial = [&](int number) {
    Graph graph = nets.task(net).build_preset(net.substr(net.find('/') + 1));
    initialize(graph, nets.seed() + static_cast<uint64_t>(number));
    Prepared prepared{nets.task(net).with_loss(graph), {}};
    prepare(nets, net, batch, epochs, prepared);
    prepared.job.seed = nets.seed() + static_cast<uint64_t>(number);
    validate(nets, net, prepared.job);
    require(engine.train(prepared.job), TrainStatus::finished, net);
  };
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(workers));
  std::vector<std::thread> threads;
  const double wall = wall_seconds(), cpu = cpu_seconds();
  for (int worker = 0; worker < workers; ++worker)
    threads.emplace_back([&, worker] {
      try {
        for (int number = worker; number < trials; number += workers) trial(number);
      } catch (...) {
        failures[static_cast<std::size_t>(worker)] = std::current_exception();
      }
    });
  for (std::thread &thread : threads) thread.join();
  for (const std::exception_ptr &failure : failures)
    if (failure) std::rethrow_exception(failure);
  return {wall_seconds() - wall, cpu_seconds() - cpu};
}

}  // namespace nac::fw::training
