// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace jets {

enum Part : uint8_t { kTrain = 0, kValidation = 1, kTest = 2, kOpen = 255 };
constexpr std::array<const char *, 3> kPartNames{"train", "validation", "test"};
constexpr std::array<const char *, 5> kClassNames{"g", "q", "w", "z", "t"};

/// Jets of one source in physical units, before splitting and scaling. Row r is constituents*3 floats: pT in GeV, eta
/// and phi relative to the jet axis, sorted by falling pT, empty slots zero.
struct JetTable {
  int64_t constituents = 0;
  std::vector<float> rows;
  std::vector<uint8_t> label;      ///< 0..4
  std::vector<uint64_t> group;     ///< jets with the same group must not be in different splits
  std::vector<uint8_t> part;       ///< Part that the source assigned, or kOpen
  std::vector<std::string> notes;  ///< for people: what was found, cut, dropped

  uint64_t size() const { return label.size(); }
  uint64_t row_width() const { return static_cast<uint64_t>(constituents) * 3; }
  const float *row(uint64_t i) const { return rows.data() + i * row_width(); }
};

/// One jet from `slots` constituents at pt[i*stride], eta[i*stride], phi[i*stride]: those with pT >= min_pt, by falling
/// pT (equal pT: the earlier first), the first `constituents` of them, zeros after. Throws nac::failure with `where`
/// and the slot for values that are not finite and for negative pT.
void make_row(const float *pt, const float *eta, const float *phi, uint64_t stride, uint64_t slots, double min_pt,
              int64_t constituents, float *row, const std::string &where);

/// A key of a row's bytes: equal jets have equal keys, so that copies of one jet never end up in two splits.
uint64_t row_key(const float *row, uint64_t count);

}  // namespace jets
