// SPDX-License-Identifier: Apache-2.0
//
// screen.hpp: what can be said of a candidate before it is trained, with or without the host's help.
#pragma once
#include <memory>

#include "nac/cpp/candidates.hpp"
#include "search_common/space_model.hpp"

namespace nac::searching {

struct screened {
  bool feasible = true;       ///< false: a trial of it would end without a result
  std::vector<double> exact;  ///< one per objective, NaN where only training tells
  phenotype network;          ///< equal: the same network; without the host the identity of the candidate
};

class screen {
 public:
  screen() = default;
  screen(std::shared_ptr<const candidate_source> source, std::size_t objectives);

  /// Whether objective k is exact.
  bool exact(std::size_t k) const { return k < 64 && ((exact_ >> k) & 1) != 0; }
  uint64_t exact_mask() const { return exact_; }
  bool asks_host() const { return source_ != nullptr; }
  screened operator()(const space_model &space, const genome &g) const;

 private:
  std::shared_ptr<const candidate_source> source_;
  std::size_t objectives_ = 1;
  uint64_t exact_ = 0;
};

}  // namespace nac::searching
