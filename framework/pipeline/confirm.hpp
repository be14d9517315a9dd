// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "pipeline/search.hpp"

namespace nac::fw {

struct ConfirmEnd {
  bool interrupted = false;
  uint64_t trainings = 0;  ///< done in this process
  uint64_t members = 0;    ///< of the confirmed front
};

/// Trains every member of the front with further seeds until it has `results` of them, and so on with the front of the
/// means, until all members of that have as many: a lucky training that falls back may let others in. Each result is
/// committed before anything is built on it, so a resumed study goes on. A member that was stopped at a rung is trained
/// to that epoch again, since it is its result there that is in question.
ConfirmEnd confirm_front(const SearchInputs &in, int results);

}  // namespace nac::fw
