// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/ports.hpp"

namespace nac::fw {
namespace {

class ProxyPass final : public CompressPort {
 public:
  ProxyPass(const PluginObject &object, const Config &config, const CompressProxy::Setup &setup)
      : proxy_(object, config, setup) {}
  CompressStep step(Graph &model, const std::vector<double> &metrics) override { return proxy_.step(model, metrics); }
  std::string save() override { return proxy_.save(); }
  void load(const std::string &state) override { proxy_.load(state); }

 private:
  CompressProxy proxy_;
};

}  // namespace

std::unique_ptr<CompressPort> make_compress_port(const PluginObject &object, const Config &config,
                                                 const CompressProxy::Setup &setup) {
  return std::make_unique<ProxyPass>(object, config, setup);
}

}  // namespace nac::fw
