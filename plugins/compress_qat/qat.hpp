// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "compress_qat/options.hpp"
#include "nac/cpp/compress.hpp"

namespace nac::compressing {

/// Quantization-aware training: puts quantizers into the graph, asks for training, and with `mixed` takes bits away
/// where they cost least.
class qat final : public compress {
 public:
  explicit qat(const config &c) : qat(qat_options_from(c)) {}
  explicit qat(const qat_options &options) : options_(options) {}

  void start(const compress_setup &setup) override { setup_ = setup; }
  compress_step step(graph_view &model, const std::vector<double> &metrics, const nac_call *call) override;
  std::string save() override;
  void load(const std::string &state) override;

 private:
  enum class phase { place, trained, narrowing, ending };
  struct progress {
    phase at = phase::place;
    double highest_error = 0;  ///< of the narrowed model after training
    double reference = 0;      ///< error before the first narrowing
  };

  compress_step place(graph_view &model);
  compress_step narrow(graph_view &model, const std::vector<double> &metrics, const nac_call *call);
  compress_step train(uint32_t epochs) const;
  uint64_t fingerprint() const;

  qat_options options_;
  compress_setup setup_;
  progress now_;
};

}  // namespace nac::compressing
