// SPDX-License-Identifier: Apache-2.0
//
// The functions that quantized graphs compute by tables, see docs/quantized-graphs.md. The engine and the integer model
// read the same tables.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace nac::fw {

/// The widest integers that a table is indexed by.
constexpr int kTableBits = 16;
/// e_0 of Softmax is 2^kSoftmaxBits.
constexpr int kSoftmaxBits = 15;
/// More values than this could make the sum of Softmax too large for one exact division in double precision.
constexpr int64_t kSoftmaxValues = 8192;

/// Whether `op` of the default domain is computed by table_of().
bool has_table(const std::string &op);

/// float32(op(n * 2^-fraction)) for n = lowest ... highest, op in double precision: "Sigmoid" 1 / (1 + exp(-x)),
/// "Tanh", "Gelu" x / 2 * erfc(-x / sqrt(2)). Throws Error for another op and for more than 2^16 entries.
std::vector<float> table_of(const std::string &op, int fraction, int64_t lowest, int64_t highest);

/// e_d = round(2^15 * exp(-d * 2^-fraction)), half to even, for d = 0 ... 2^width - 1: what a value contributes to
/// Softmax that is d steps below the largest. Throws Error for more than 16 bits.
std::vector<int64_t> softmax_table(int fraction, int width);

}  // namespace nac::fw
