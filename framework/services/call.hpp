// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "nac/host.h"

namespace nac::fw {

/// The nac_call handed to one long call of a plugin.
class Call {
 public:
  /// `stream` keys the randomness (see nac::stream_key). `folder` empty: write_file is refused.
  explicit Call(uint64_t stream, const std::atomic<bool> *cancel = nullptr, std::filesystem::path folder = {},
                std::function<void(double, const std::string &)> progress = {});
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;
  const nac_call *get() const { return &call_; }

 private:
  friend struct CallAccess;
  nac_call call_{};
  uint64_t key_, counter_ = 0;
  const std::atomic<bool> *cancel_;
  std::filesystem::path folder_;
  std::function<void(double, const std::string &)> progress_;
};

}  // namespace nac::fw
