// SPDX-License-Identifier: Apache-2.0
#include "jet_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"

namespace jets {

void make_row(const float *pt, const float *eta, const float *phi, uint64_t stride, uint64_t slots, double min_pt,
              int64_t constituents, float *row, const std::string &where) {
  struct Kept {
    float pt;
    uint64_t slot;
  };
  thread_local std::vector<Kept> kept;
  kept.clear();
  for (uint64_t i = 0; i < slots; ++i) {
    const float p = pt[i * stride], e = eta[i * stride], f = phi[i * stride];
    if (!std::isfinite(p) || !std::isfinite(e) || !std::isfinite(f) || p < 0)
      nac::fail(NAC_DATA_LOSS, where + ", constituent " + std::to_string(i) + ": pT " + std::to_string(p) +
                                   ", eta_rel " + std::to_string(e) + ", phi_rel " + std::to_string(f) +
                                   "; accepted are finite values with pT >= 0");
    if (p > 0 && p >= min_pt) kept.push_back({p, i});
  }
  const auto count = std::min<uint64_t>(kept.size(), static_cast<uint64_t>(constituents));
  std::partial_sort(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count), kept.end(),
                    [](const Kept &a, const Kept &b) { return a.pt != b.pt ? a.pt > b.pt : a.slot < b.slot; });
  std::fill(row, row + constituents * 3, 0.0F);
  for (uint64_t i = 0; i < count; ++i) {
    row[3 * i] = kept[i].pt;
    row[3 * i + 1] = eta[kept[i].slot * stride];
    row[3 * i + 2] = phi[kept[i].slot * stride];
  }
}

uint64_t row_key(const float *row, uint64_t count) {
  uint64_t key = 0x6A65747320726F77u + count;
  for (uint64_t i = 0; i < count; i += 2) {
    uint32_t words[2] = {0, 0};
    std::memcpy(words, row + i, std::min<uint64_t>(2, count - i) * sizeof(float));
    key = nac::mix64(key ^ (static_cast<uint64_t>(words[1]) << 32 | words[0]));
  }
  return key;
}

}  // namespace jets
