// SPDX-License-Identifier: Apache-2.0
//
// Training forward = integer evaluation, bit for bit: for every preset x bits x rounding x sparsity, on random
// networks, validation samples and adversarial rows; in training form, in deployed form and after a way through ONNX.
//   build/release/bench/bench_bitexact                  all presets of both tasks on their whole validation sets
//   build/release/bench/bench_bitexact --samples 64     the same on fewer samples
//   build/release/bench/bench_bitexact --engine fused   with the fused engine instead of LibTorch's
//   build/release/bench/bench_bitexact --speed          microseconds a sample on one thread: integers, LibTorch in
//   float32
#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <chrono>
#include <ctime>
#include <exception>
#include <limits>

#include "base/error.hpp"
#include "cases.hpp"
#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "fused/fused_engine.hpp"
#include "graph/onnx.hpp"
#include "nac/task.h"
#include "services/log.hpp"

namespace nac::fw::bitexact {
namespace {

struct Options {
  int64_t samples = 0;
  std::string preset, engine = "torch";
  bool speed = false;
};

struct Tally {
  int64_t networks = 0, vectors = 0, values = 0, different = 0;
};

/// The four ways to compute the same; the integers are what the others must give.
void compare(const Graph &model, const std::vector<Tensor> &inputs, Engine &engine, Tally &tally) {
  const Graph deployed = deploy(model);
  const Graph stored = from_onnx(to_onnx(model), "model").graph;
  const std::vector<Tensor> integers = IntegerModel(deployed).run(inputs);
  for (const Graph *graph : {&model, &deployed, &stored}) {
    const std::vector<Tensor> floats = engine.forward(*graph, inputs, 512, "cpu");
    for (std::size_t i = 0; i < integers.size(); ++i) tally.different += differences(integers[i], floats.at(i));
  }
  const std::vector<Tensor> compact = IntegerModel(remove_dead_units(deployed)).run(inputs);
  for (std::size_t i = 0; i < integers.size(); ++i) {
    tally.different += differences(integers[i], compact.at(i));
    tally.values += integers[i].elements();
  }
  tally.vectors += inputs.at(0).shape().at(0);
}

Tally run_preset(const Registry &registry, const TaskProxy &task, Engine &engine, const Samples &train,
                 const Samples &validation, const std::string &preset) {
  Tally tally;
  for (const int bits : {4, 8, 16})
    for (const char *rounding : {"trn", "rnd", "rnd_conv"})
      for (const double sparsity : {0.0, 0.5, 0.9}) {
        const Graph model = make_model(registry, task, engine, train, {preset, rounding, bits, sparsity});
        ++tally.networks;
        const int64_t before = tally.different;
        compare(model, validation.inputs, engine, tally);
        compare(model, {adversarial_rows(model, validation.inputs.at(0))}, engine, tally);
        if (tally.different != before)
          fmt::print("  {} {} bit {} sparsity {}: {} values differ\n", preset, bits, rounding, sparsity,
                     tally.different - before);
      }
  return tally;
}

/// Processor time of this thread, the least of several runs, in microseconds a sample.
template <class Run>
double microseconds(int64_t samples, const Run &run) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) {
    timespec before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    run();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    const double seconds =
        static_cast<double>(after.tv_sec - before.tv_sec) + 1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
    least = std::min(least, seconds);
  }
  return 1e6 * least / static_cast<double>(samples);
}

void time_preset(const Registry &registry, const TaskProxy &task, Engine &engine, const Samples &train,
                 const Samples &validation, const std::string &preset) {
  const int64_t rows = validation.count();
  Graph plain = task.build_preset(preset);
  initialize(plain, 1);
  const double floats = microseconds(rows, [&] { engine.forward(plain, validation.inputs, 256, "cpu"); });
  std::string line = fmt::format("{:10} float {:8.2f}", preset, floats);
  for (const int bits : {4, 8, 16}) {
    const IntegerModel model(deploy(make_model(registry, task, engine, train, {preset, "rnd_conv", bits, 0})));
    const double integers = microseconds(rows, [&] { model.run(validation.inputs); });
    line += fmt::format("   {} bit {:8.2f} ({:.2f}x)", bits, integers, floats / integers);
  }
  fmt::print("{}\n", line);
}

Samples first_rows(const Samples &all, int64_t rows) {
  if (rows <= 0 || rows >= all.count()) return all;
  Samples some;
  for (const Tensor &t : all.inputs) some.inputs.push_back(t.rows(0, rows));
  for (const Tensor &t : all.targets) some.targets.push_back(t.rows(0, rows));
  return some;
}

Engine &engine_named(const std::string &name) {
  if (name == "torch") return torch_engine();
  if (name == "fused") return fused_engine();
  throw Error("engine '" + name + "'; accepted: torch, fused");
}

int run(const Options &options) {
  DiscoveryOptions discovery;
  discovery.environment = false;
  discovery.command_line = {NAC_PLUGIN_DIR};
  const Registry registry(discovery);
  set_log_threshold(NAC_LOG_WARNING);  // each of the networks would say which slopes it rounds
  Engine &engine = engine_named(options.engine);
  int64_t different = 0;
  for (const char *name : {"bragg", "jets"}) {
    const PluginObject &object = registry.find(NAC_KIND_TASK, name);
    const TaskProxy task(object, Config(*object.descriptor, {}));
    const Samples train = first_rows(task.read_all("train", 0), options.samples > 0 ? 64 : 1024);
    const Samples validation = first_rows(task.read_all("validation", 0), options.samples);
    for (const PresetInfo &preset : task.info().presets) {
      if (preset.name.find(options.preset) == std::string::npos) continue;
      if (options.speed) {
        time_preset(registry, task, engine, train, validation, preset.name);
        continue;
      }
      const auto start = std::chrono::steady_clock::now();
      const Tally tally = run_preset(registry, task, engine, train, validation, preset.name);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      fmt::print("{} {}: {} networks, {} vectors, {} values, {} differences ({:.0f} s)\n", name, preset.name,
                 tally.networks, tally.vectors, tally.values, tally.different, seconds);
      different += tally.different;
    }
  }
  if (!options.speed) fmt::print("{} differences\n", different);
  return different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace nac::fw::bitexact

int main(int argc, char **argv) {
  namespace po = boost::program_options;
  nac::fw::bitexact::Options options;
  po::options_description described("bitexact");
  described.add_options()("samples", po::value(&options.samples), "validation samples of each task; 0: all")(
      "preset", po::value(&options.preset), "only presets whose name contains this")(
      "engine", po::value(&options.engine), "torch (default) or fused")("speed", po::bool_switch(&options.speed),
                                                                        "time instead of comparing")("help", "");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, described), given);
    po::notify(given);
    if (given.count("help") != 0) {
      std::puts(
          "bitexact [--samples N] [--preset TEXT] [--engine torch|fused] [--speed]: training forward against integers; "
          "exit 1 on a "
          "difference");
      return 0;
    }
    return nac::fw::bitexact::run(options);
  } catch (const po::error &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  } catch (const std::exception &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
}
