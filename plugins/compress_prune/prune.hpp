// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "compress_prune/options.hpp"

namespace nac::compressing {

/// Iterative magnitude pruning: the model as it came, then `iterations` times a share of the surviving weights is
/// removed and the rest trained.
class prune final : public compress {
 public:
  explicit prune(const config &c) : prune(prune_options_from(c)) {}
  explicit prune(const prune_options &options) : options_(options) {}

  void start(const compress_setup &setup) override { setup_ = setup; }
  compress_step step(graph_view &model, const std::vector<double> &metrics, const nac_call *call) override;
  std::string save() override;
  void load(const std::string &state) override;

 private:
  struct progress {
    bool started = false, ending = false;
    bool retry = false;            ///< the next step repeats an iteration that was undone, layer by layer
    bool layer_wise = false;       ///< the last iteration was such a repetition
    bool may_be_one_class = true;  ///< the model had one class from the start: no sign of collapse
    int64_t iteration = 0;         ///< of the model that training left
    int64_t worse = 0;             ///< iterations in a row beyond the tolerance
    int64_t weights = 0;           ///< alive at the start
    double reference = 0;          ///< error at the start
  };

  compress_step begin(graph_view &model, const std::vector<double> &metrics);
  bool collapsed(const graph_view &model) const;
  compress_step take_back();
  bool goes_on(const std::vector<double> &metrics);
  compress_step remove(graph_view &model);
  int64_t last_iteration() const;
  uint64_t fingerprint() const;

  prune_options options_;
  compress_setup setup_;
  progress now_;
};

}  // namespace nac::compressing
