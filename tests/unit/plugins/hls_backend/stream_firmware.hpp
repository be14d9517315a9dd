// SPDX-License-Identifier: Apache-2.0
//
// stream_firmware.hpp: a streaming design alone, compiled and run with streams that watch: none may keep words at the
// end of a sample, and when every process runs in a thread of its own with the streams as deep as the design says, none
// may wait for ever.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hls_backend/emit/design.hpp"

namespace hls_tests {

class stream_firmware {
 public:
  /// `concurrent`: one thread for each process, all samples of a run one behind the other, as in hardware.
  stream_firmware(const nac::hls::model &m, bool concurrent);
  ~stream_firmware();
  stream_firmware(const stream_firmware &) = delete;
  stream_firmware &operator=(const stream_firmware &) = delete;

  /// Integers of the outputs, [sample][output][element] in the tensors' order. Throws when the firmware reads from an
  /// empty stream or waits for ever.
  std::vector<std::vector<std::vector<int64_t>>> run(const std::vector<std::vector<std::vector<double>>> &samples);
  /// Words that were left in streams by all runs.
  int64_t leftover() const;
  const nac::hls::design &text() const { return design_; }
  double compile_seconds() const { return compile_seconds_; }

 private:
  nac::hls::design design_;
  std::string folder_;
  double compile_seconds_ = 0;
  void *library_ = nullptr;
};

}  // namespace hls_tests
