// SPDX-License-Identifier: Apache-2.0
#include "grid_search.hpp"

namespace nac::searching {
namespace {

/// 2^60 + 1 values are more than any dimension has.
constexpr unsigned kLastPass = 60;

grid_options read_options(const config &c) {
  const int64_t levels = c.integer("levels");
  if (levels < 2) invalid("parameter 'levels' is " + std::to_string(levels) + "; accepted: 2 and more");
  return {static_cast<uint64_t>(levels)};
}

}  // namespace

grid_search::grid_search(const grid_options &options) : options_(options) {
  if (options.levels < 2) invalid("parameter 'levels' is " + std::to_string(options.levels) + "; accepted: 2 and more");
}

grid_search::grid_search(const config &c) : grid_search(read_options(c)) {}

void grid_search::begin() {
  number_ = 0;
  pass_.reset();  // made when needed: it points at the space, and loading copies the search
}

std::optional<genome> grid_search::propose(rng &r) {
  for (;; ++number_, pass_.reset()) {
    if (!pass_) pass_.emplace(space(), options_.levels, number_, setup().seed);
    if (std::optional<genome> g = pass_->find([this](const genome &c) { return seen(c); }, r)) return g;
    if (pass_->finest() || number_ == kLastPass) return std::nullopt;
  }
}

void grid_search::load(const std::string &state) {
  grid_search staged(*this);
  staged.restore(state);
  *this = std::move(staged);
  pass_.reset();
}

void grid_search::write(state_writer &w) const { w.word("pass").integer(number_); }

void grid_search::read(state_reader &r) {
  begin();
  r.word("pass");
  number_ = static_cast<unsigned>(r.integer(kLastPass));
}

}  // namespace nac::searching
