// SPDX-License-Identifier: Apache-2.0
//
// grid_search.hpp: every combination of the discrete values and of a number of levels, coarse grids first.
#pragma once
#include "grid_pass.hpp"
#include "search_common/strategy.hpp"

namespace nac::searching {

struct grid_options {
  uint64_t levels = 5;  ///< values of every continuous dimension
};

class grid_search : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) on fewer than 2 levels.
  explicit grid_search(const grid_options &options);
  explicit grid_search(const config &c);
  void load(const std::string &state) override;

 protected:
  const char *label() const override { return "grid"; }
  uint64_t parameters() const override { return stream_key(options_.levels); }
  void begin() override;
  std::optional<genome> propose(rng &r) override;
  std::optional<genome> last_resort(rng &) override { return std::nullopt; }
  void write(state_writer &w) const override;
  void read(state_reader &r) override;

 private:
  grid_options options_;
  unsigned number_ = 0;
  std::optional<grid_pass> pass_;
};

}  // namespace nac::searching
