// SPDX-License-Identifier: Apache-2.0
#include "export.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/order.hpp"
#include "npy.hpp"

namespace nac::fw::training {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Values with data go to FOLDER/ID.npy.
json to_json(const Graph &graph, ValueId loss, const fs::path &folder) {
  json values = json::array(), nodes = json::array();
  for (const ValueId id : graph.values()) {
    const Value &value = graph.value(id);
    if (value.data) write_npy(folder / (std::to_string(id) + ".npy"), *value.data);
    values.push_back({{"id", id},
                      {"name", value.name},
                      {"shape", value.shape},
                      {"data", value.data.has_value()},
                      {"trainable", value.kind == ValueKind::parameter}});
  }
  for (const NodeId id : graph.topological()) {
    const Node &node = graph.node(id);
    json attributes = json::object();
    for (const auto &[key, attribute] : node.attributes)
      std::visit([&, k = key](const auto &v) { attributes[k] = v; }, attribute);
    nodes.push_back(
        {{"op", node.op}, {"inputs", node.inputs}, {"output", node.outputs.at(0)}, {"attributes", attributes}});
  }
  return {
      {"values", values}, {"nodes", nodes}, {"inputs", graph.inputs()}, {"outputs", graph.outputs()}, {"loss", loss}};
}

void export_samples(const Samples &samples, const fs::path &folder, const std::string &split) {
  int number = 0;  // in the order of the graph's inputs
  for (const std::vector<Tensor> *part : {&samples.inputs, &samples.targets})
    for (const Tensor &t : *part) write_npy(folder / (split + std::to_string(number++) + ".npy"), t);
}

void export_task(Nets &nets, const std::string &net, const fs::path &folder, int epochs) {
  fs::create_directories(folder);
  export_samples(*nets.train(net), folder, "train");
  export_samples(*nets.validation(net), folder, "validation");
  const int64_t count = nets.train(net)->count();
  for (int epoch = 1; epoch <= epochs; ++epoch)
    write_npy(folder / ("order" + std::to_string(epoch) + ".npy"),
              Tensor::of<int64_t>({count}, epoch_order(nets.seed(), epoch, count)));
}

}  // namespace

void export_nets(Nets &nets, const std::string &folder, const std::vector<std::string> &names, int epochs) {
  std::set<std::string> tasks;
  for (const std::string &net : names) {
    const fs::path of_task = fs::path(folder) / Nets::task_of(net), of_net = fs::path(folder) / net;
    if (tasks.insert(Nets::task_of(net)).second) export_task(nets, net, of_task, epochs);
    fs::create_directories(of_net);
    const TaskProxy::WithLoss trained = nets.task(net).with_loss(nets.initialized(net));
    std::ofstream file(of_net / "graph.json");
    file << to_json(trained.graph, trained.loss, of_net).dump(1);
    if (!file.flush()) throw Error("cannot write " + (of_net / "graph.json").string());
  }
}

}  // namespace nac::fw::training
