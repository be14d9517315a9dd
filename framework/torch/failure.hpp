// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <exception>
#include <string>

namespace nac::fw::libtorch {

/// Whether an exception means that the device or the host has no more memory.
bool is_out_of_memory(const std::exception &e);
/// Called in a catch block: turns LibTorch's errors into Error with the node that failed, and passes others on.
[[noreturn]] void throw_described(const std::exception &e, const std::string &failed_at);

}  // namespace nac::fw::libtorch
