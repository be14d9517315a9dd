// SPDX-License-Identifier: Apache-2.0
#include "serve.hpp"

#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "engines.hpp"
#include "export.hpp"
#include "graph/cost.hpp"
#include "sgemm.hpp"
#include "trainings.hpp"

namespace nac::fw::training {
namespace {

using nlohmann::json;

json list(Nets &nets, Engine &engine) {
  json found = json::array();
  for (const std::string &name : nets.names())
    found.push_back({{"name", name}, {"macs", cost_of(nets.initialized(name)).macs}});
  const EngineInfo info = engine.info();
  return {{"nets", found}, {"engine", info.name}, {"version", info.version}, {"blas", info.blas}};
}

json answer(Nets &nets, Engine &engine, const json &request) {
  const std::string wanted = request.at("do");
  if (wanted == "list") return list(nets, engine);
  if (wanted == "sgemm") return {{"rate", sgemm_rate(request.at("seconds"))}};
  if (wanted == "export") {
    export_nets(nets, request.at("folder"), request.at("nets"), request.at("epochs"));
    return json::object();
  }
  const std::string net = request.at("net");
  const int batch = request.at("batch");
  if (wanted == "steps") {
    const Steps steps = time_steps(nets, engine, net, request.value("variant", "float"), batch, request.at("seconds"));
    return {{"samples", steps.samples}, {"seconds", steps.seconds}, {"shares", steps.shares}};
  }
  const int epochs = request.at("epochs");
  if (wanted == "curve") {
    json training = json::array(), validation = json::array();
    for (const Epoch &epoch : train_curve(nets, engine, net, batch, epochs, request.at("validate"))) {
      training.push_back(epoch.train_loss);
      validation.push_back(epoch.validation_loss);
    }
    return {{"train", training}, {"validation", validation}};
  }
  if (wanted == "trials") {
    const Trials trials = time_trials(nets, engine, net, batch, epochs, request.at("trials"), request.at("workers"));
    return {{"wall", trials.wall}, {"cpu", trials.cpu}};
  }
  throw UsageError("do '" + wanted + "'; accepted: list, sgemm, export, steps, curve, trials");
}

}  // namespace

void serve(const std::string &engine_name, uint64_t seed) {
  Engine &engine = engine_named(engine_name);
  Nets nets(seed);
  for (std::string line; std::getline(std::cin, line);) {
    json out;
    try {
      out = answer(nets, engine, json::parse(line));
    } catch (const std::exception &e) {
      out = {{"error", e.what()}};
    }
    std::cout << out.dump() << std::endl;
  }
}

}  // namespace nac::fw::training
