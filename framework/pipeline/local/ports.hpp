// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "manifest/stages.hpp"
#include "pipeline/ports.hpp"
#include "plugin/compress_proxy.hpp"

namespace nac::fw {

/// What the pipeline needs of a compression pass: the members of CompressProxy. One call at a time.
class CompressPort {
 public:
  virtual ~CompressPort() = default;
  virtual CompressStep step(Graph &model, const std::vector<double> &metrics) = 0;
  virtual std::string save() = 0;
  virtual void load(const std::string &state) = 0;
};
/// Makes a pass that has seen nothing, with one value for each of its parameters.
using CompressFactory =
    std::function<std::unique_ptr<CompressPort>(const PluginChoice &pass, const CompressProxy::Setup &setup)>;
/// Makes a search over recipes; `space` outlives it.
using TunerFactory = std::function<std::unique_ptr<SearchPort>(const Space &space, const SearchProxy::Setup &setup)>;

std::unique_ptr<CompressPort> make_compress_port(const PluginObject &object, const Config &config,
                                                 const CompressProxy::Setup &setup);

}  // namespace nac::fw
