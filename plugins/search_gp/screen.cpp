// SPDX-License-Identifier: Apache-2.0
#include "screen.hpp"

namespace nac::searching {

screen::screen(std::shared_ptr<const candidate_source> source, std::size_t objectives)
    : source_(std::move(source)), objectives_(objectives) {
  if (source_ == nullptr) return;
  exact_ = source_->exact();
  if (objectives < 64) exact_ &= (uint64_t{1} << objectives) - 1;
}

screened screen::operator()(const space_model &space, const genome &g) const {
  if (source_ == nullptr) return {true, std::vector<double>(objectives_, std::nan("")), space.identity(g)};
  try {
    candidate c = source_->evaluate(space.canonical(g));
    if (!c.feasible) return {false, {}, {}};
    return {true, std::move(c.objectives), {c.identity[0], c.identity[1]}};
  } catch (const failure &f) {
    // What cannot be measured would fail as a trial as well. A rejected question is our own mistake.
    if (f.status() == NAC_INVALID_ARGUMENT) throw;
    return {false, {}, {}};
  }
}

}  // namespace nac::searching
