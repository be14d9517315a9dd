// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "hls_backend/emit/design.hpp"
#include "hls_backend/simulate/simulation.hpp"
#include "nac/cpp/backend.hpp"

namespace nac::hls {

/// The object behind the plugin's table.
class hls_backend final : public backend {
 public:
  explicit hls_backend(const config &config);

  const std::vector<quantity> &quantities() const override;
  std::string why_not(const graph_view &graph, nac_node node) override;
  std::vector<double> estimate(const graph_view &graph) override;
  void estimate_range(const graph_view &graph, std::vector<double> &low, std::vector<double> &high) override;
  void emit(const graph_view &graph, const work &call) override;
  void testbench(const std::vector<const nac_view *> &inputs, const std::vector<const nac_view *> &expected,
                 const work &call) override;
  std::vector<simulated> simulate(const std::vector<const nac_view *> &inputs, const work &call) override;
  std::vector<double> build(const std::string &project, const work &call) override;
  std::vector<double> read_reports(const std::string &folder) override;

 private:
  /// Deployed graphs as they are, those in float at the assumed width.
  model model_for_costs(const graph_view &graph) const;
  const model &emitted() const;

  options options_;
  std::unique_ptr<model> emitted_;  ///< by the last emit(), with its files
  std::vector<file> files_;
  std::unique_ptr<simulation> simulation_;
};

}  // namespace nac::hls
