// SPDX-License-Identifier: Apache-2.0
//
// trial_ids.hpp: a set of trial numbers, kept as intervals because studies number their trials one after the other.
#pragma once
#include <cstdint>
#include <map>

namespace nac::searching {

class trial_ids {
 public:
  bool contains(uint64_t id) const;
  void insert(uint64_t id);  ///< no effect when it is there
  /// Adds first..last (first <= last). False, and nothing changed, if it touches or overlaps an interval.
  bool insert_interval(uint64_t first, uint64_t last);
  uint64_t size() const { return size_; }
  const std::map<uint64_t, uint64_t> &intervals() const { return intervals_; }  ///< first -> last, inclusive

 private:
  std::map<uint64_t, uint64_t> intervals_;
  uint64_t size_ = 0;
};

}  // namespace nac::searching
