// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../fixed/quantized_net.hpp"
#include "fakes.hpp"
#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"

namespace fakes {

/// Two quantized layers "a" and "b" on the inputs of fakes::Task, in training form.
inline nac::fw::Graph quantized_network(uint32_t seed = 1) {
  nac::fw::testing::QuantizedNet net(seed);
  const auto x = net.input({4});
  const auto a = net.dense("a", net.quant(x), 6);
  const auto b = net.dense("b", net.quant(net.node("Relu", {a})), 2);
  net.graph.add_output("y", net.quant(b, {12, 6}));
  return net.graph;
}

/// Its forward is the integers', as the real engine's is; `off` spoils it.
class IntegerEngine final : public nac::fw::Engine {
 public:
  explicit IntegerEngine(bool off = false) : off_(off) {}
  nac::fw::EngineInfo info() const override { return {"integers", "1", "", false, {"cpu"}}; }
  nac::fw::TrainResult train(const nac::fw::TrainJob &) override { throw nac::fw::Error("it does not train"); }
  std::vector<nac::fw::Tensor> forward(const nac::fw::Graph &graph, const std::vector<nac::fw::Tensor> &inputs, int,
                                       const std::string &) override {
    auto out = nac::fw::IntegerModel(nac::fw::deploy(graph)).run(inputs);
    if (off_) out.at(0).mutable_data<float>()[3] += 1;
    return out;
  }
  std::map<std::string, nac::fw::Tensor> gradients(const nac::fw::Graph &, nac::fw::ValueId, const nac::fw::Samples &,
                                                   double *) override {
    throw nac::fw::Error("it has none");
  }

 private:
  bool off_;
};

}  // namespace fakes
