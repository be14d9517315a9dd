// SPDX-License-Identifier: Apache-2.0
//
// Training forward = integer evaluation = generated firmware, bit for bit: both tasks x {io_parallel, io_stream} x
// {latency, resource, distributed_arithmetic} x 4, 8, 16 bits x 0, 50, 90 % sparsity, on random networks, with
// validation samples, adversarial rows and noise as vectors. The firmware is compiled by the backend and run.
//   build/release/bench/bench_firmware                         the whole matrix, 5000 vectors each
//   build/release/bench/bench_firmware --preset OpenHLS        a network with attention
//   build/release/bench/bench_firmware --shard 1/2             every second case, for two processes
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>

#include "base/error.hpp"
#include "cases.hpp"
#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "graph/onnx.hpp"
#include "nac/backend.h"
#include "nac/cpp/rng.hpp"
#include "nac/task.h"
#include "plugin/backend_proxy.hpp"
#include "services/arena.hpp"
#include "services/files.hpp"
#include "services/log.hpp"

namespace nac::fw::bitexact {
namespace {

struct Options {
  int64_t vectors = 5000;
  std::string preset, io, strategy;
  int bits = 0;
  std::string shard = "1/1";
  std::string cache, keep;
};

/// Validation samples, adversarial rows, then noise that reaches beyond the input's range.
Tensor vectors_for(const Graph &model, const Tensor &samples, int64_t count) {
  const Tensor corners = adversarial_rows(model, samples);
  Shape shape = samples.shape();
  const int64_t per_row = samples.elements() / shape[0];
  shape[0] = count;
  Tensor all(DType::f32, shape);
  float *out = all.mutable_data<float>();
  const int64_t real = std::min(samples.shape()[0], count / 2), corner = std::min(corners.shape()[0], count - real);
  out = std::copy_n(corners.data<float>(), corner * per_row, out);
  out = std::copy_n(samples.data<float>(), real * per_row, out);
  const float *first = corners.data<float>();
  const double low = static_cast<double>(first[0]), high = static_cast<double>(first[per_row]);
  uint64_t counter = 0;
  for (float *end = all.mutable_data<float>() + all.elements(); out != end; ++out) {
    const double share = static_cast<double>(nac::mix64(++counter) >> 11) * 0x1p-53;
    *out = static_cast<float>((low + (high - low) * share) * 1.25);
  }
  return all;
}

/// Values of one output that differ from the integers.
int64_t differing(const IntegerTensor &expected, const Tensor &got) {
  int64_t inner = 1, count = 0;
  for (std::size_t d = expected.channel_axis + 1; d < expected.shape.size(); ++d) inner *= expected.shape[d];
  for (std::size_t i = 0; i < expected.data.size(); ++i) {
    std::size_t channel = 0;
    if (expected.fraction.size() > 1)
      channel = i / static_cast<std::size_t>(inner) % static_cast<std::size_t>(expected.shape[expected.channel_axis]);
    const double want = std::ldexp(static_cast<double>(expected.data[i]), -expected.fraction[channel]);
    count += got.data<double>()[i] == want ? 0 : 1;
  }
  return count;
}

struct Setting {
  Case network;
  std::string io, strategy;
  std::string text() const {
    return fmt::format("{} {} {} {} bit sparsity {}", network.preset, io, strategy, network.bits, network.sparsity);
  }
};

std::vector<Setting> settings(const Options &options, const std::string &preset) {
  std::vector<Setting> all;
  for (const char *io : {"io_parallel", "io_stream"})
    for (const char *strategy : {"latency", "resource", "distributed_arithmetic"})
      for (const int bits : {4, 8, 16})
        for (const double sparsity : {0.0, 0.5, 0.9}) {
          if (!options.io.empty() && options.io != io) continue;
          if (!options.strategy.empty() && options.strategy != strategy) continue;
          if (options.bits != 0 && options.bits != bits) continue;
          all.push_back({{preset, "rnd_conv", bits, sparsity}, io, strategy});
        }
  return all;
}

/// "latency 143 cycles, interval 121": as estimated.
std::string clocks_of(const BackendProxy &backend, const Graph &built) {
  const std::vector<double> values = backend.estimate(built);
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    for (const char *wanted : {"latency", "interval"})
      if (backend.quantities()[i].name == wanted)
        text += fmt::format("{}{} {:.0f}", text.empty() ? "" : ", ", wanted, values[i]);
  return text + " cycles";
}

struct Parts {
  const Registry &registry;
  const TaskProxy &task;
  Engine &engine;
  const Samples &train, &validation;
};

int64_t run_setting(const Parts &parts, const Setting &setting, const Options &options) {
  const auto start = std::chrono::steady_clock::now();
  const Graph model = make_model(parts.registry, parts.task, parts.engine, parts.train, setting.network);
  const Graph built = remove_dead_units(deploy(model));
  const PluginObject &object = parts.registry.find(NAC_KIND_BACKEND, "hls");
  std::map<std::string, ConfigValue> parameters{{"io_type", setting.io}, {"strategy", setting.strategy}};
  if (!options.cache.empty()) parameters["cache"] = options.cache;
  BackendProxy backend(object, Config(*object.descriptor, parameters));
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("nac-firmware-{}", static_cast<const void *>(&backend));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  backend.emit(built, folder);
  const std::vector<Tensor> inputs{vectors_for(model, parts.validation.inputs.at(0), options.vectors)};
  const std::vector<IntegerTensor> integers = IntegerModel(built).integers(inputs);
  const std::vector<Tensor> trained = parts.engine.forward(model, inputs, 512, "cpu");
  const std::vector<Tensor> rounded = IntegerModel(built).run(inputs, arena_loop);
  const std::vector<Tensor> firmware = backend.simulate(inputs);
  int64_t different = 0;
  for (std::size_t i = 0; i < integers.size(); ++i)
    different += differing(integers[i], firmware.at(i)) + differences(rounded[i], trained.at(i));
  if (different > 0 && !options.keep.empty()) {
    const std::filesystem::path kept = std::filesystem::path(options.keep) / setting.text();
    write_file_atomically(kept.string() + ".onnx", to_onnx(model));
    std::filesystem::copy(folder, kept, std::filesystem::copy_options::recursive);
  }
  std::filesystem::remove_all(folder);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{}: {} vectors, {} differences; estimate: {} ({:.1f} s)\n", setting.text(), options.vectors, different,
             clocks_of(backend, built), seconds);
  std::fflush(stdout);
  return different;
}

int run(const Options &options) {
  DiscoveryOptions discovery;
  discovery.environment = false;
  discovery.command_line = {NAC_PLUGIN_DIR};
  const Registry registry(discovery);
  set_log_threshold(NAC_LOG_WARNING);
  Engine &engine = torch_engine();
  unsigned mine = 1, shards = 1;
  if (std::sscanf(options.shard.c_str(), "%u/%u", &mine, &shards) != 2 || mine < 1 || mine > shards)
    throw UsageError("--shard takes i/n, for example 1/2");
  int64_t different = 0, number = 0, done = 0;
  for (const auto &[name, usual] : std::map<std::string, std::string>{{"bragg", "Small-k3"}, {"jets", "Tiny"}}) {
    const PluginObject &object = registry.find(NAC_KIND_TASK, name);
    const TaskProxy task(object, Config(*object.descriptor, {}));
    const Samples train = task.read_all("train", 0), validation = task.read_all("validation", 0);
    for (const PresetInfo &preset : task.info().presets) {
      if (preset.name != (options.preset.empty() ? usual : options.preset)) continue;
      for (const Setting &setting : settings(options, preset.name)) {
        if (number++ % shards != mine - 1) continue;
        different += run_setting({registry, task, engine, train, validation}, setting, options);
        ++done;
      }
    }
  }
  if (done == 0) throw UsageError(fmt::format("no preset is called '{}'", options.preset));
  fmt::print("training = integer = C-simulation: {} projects, {} vectors each, {} differences\n", done, options.vectors,
             different);
  return different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace nac::fw::bitexact

int main(int argc, char **argv) {
  namespace po = boost::program_options;
  nac::fw::bitexact::Options options;
  po::options_description described("bench_firmware: exit 1 on a difference");
  described.add_options()("vectors", po::value(&options.vectors), "for each project; 5000")(
      "preset", po::value(&options.preset), "instead of Small-k3 of bragg and Tiny of jets")(
      "io", po::value(&options.io), "io_parallel or io_stream alone")("strategy", po::value(&options.strategy),
                                                                      "one strategy alone")(
      "bits", po::value(&options.bits), "one width alone")("shard", po::value(&options.shard), "i/n: every n-th case")(
      "cache", po::value(&options.cache), "folder of compiled simulations")(
      "keep", po::value(&options.keep), "folder for networks that differ and their projects")("help", "this text");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, described), given);
    po::notify(given);
    if (given.count("help") != 0) {
      std::ostringstream text;
      text << described;
      fmt::print("{}", text.str());
      return 0;
    }
    return nac::fw::bitexact::run(options);
  } catch (const po::error &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  } catch (const nac::fw::UsageError &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  } catch (const std::exception &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
}
