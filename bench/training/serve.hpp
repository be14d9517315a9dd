// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace nac::fw::training {

/// Answers requests, one JSON object a line, until the input ends.
void serve(const std::string &engine, uint64_t seed);

}  // namespace nac::fw::training
