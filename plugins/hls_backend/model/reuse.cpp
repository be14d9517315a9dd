// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/reuse.hpp"

#include <algorithm>

namespace nac::hls {

bool legal_reuse(strategy how, int64_t n_in, int64_t n_out, int64_t reuse_factor) {
  if (reuse_factor < 1 || reuse_factor > n_in * n_out) return false;
  if (how == strategy::latency) return true;
  if (how == strategy::distributed_arithmetic) return reuse_factor == 1;
  const int64_t m = std::min(n_in, reuse_factor), limit = (n_in * n_out + m - 1) / m;
  return (limit % n_out == 0 || reuse_factor >= n_in) && (reuse_factor % n_in == 0 || reuse_factor < n_in) &&
         n_in * n_out % reuse_factor == 0;
}

std::vector<int64_t> legal_reuse_factors(strategy how, int64_t n_in, int64_t n_out) {
  std::vector<int64_t> legal;
  for (int64_t r = 1; r <= n_in * n_out; ++r)
    if (legal_reuse(how, n_in, n_out, r)) legal.push_back(r);
  return legal;
}

}  // namespace nac::hls
