// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hls_backend/model/options.hpp"

namespace nac::hls {

/// Whether a matrix of that size can be computed with `reuse_factor` uses of each multiplier. Resource strategy:
/// hls4ml's rule, with m = min(n_in, RF) and L = ceil(n_in * n_out / m): (L mod n_out = 0 or RF >= n_in), (RF mod n_in
/// = 0 or RF < n_in), n_in * n_out mod RF = 0. Latency: any from 1 to n_in * n_out. Distributed arithmetic: 1.
bool legal_reuse(strategy how, int64_t n_in, int64_t n_out, int64_t reuse_factor);
/// Ascending; for messages and searches.
std::vector<int64_t> legal_reuse_factors(strategy how, int64_t n_in, int64_t n_out);

}  // namespace nac::hls
