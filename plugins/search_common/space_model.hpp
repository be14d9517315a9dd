// SPDX-License-Identifier: Apache-2.0
//
// space_model.hpp: what strategies need to know of a search space: which genes are active, legal values, random genomes
// and the identity of a candidate (its phenotype).
#pragma once
#include <cstdint>
#include <vector>

#include "nac/cpp/search.hpp"

namespace nac::searching {

/// One value per dimension, as nac/space.h stores it. A full genome has a legal value everywhere, also in dormant
/// (inactive) dimensions; a canonical one has NaN in those.
using genome = std::vector<double>;

/// Identity of a candidate: 128-bit hash of its active values. 2^64 candidates are needed before two different ones
/// are expected to collide.
struct phenotype {
  uint64_t high = 0, low = 0;
  bool operator==(const phenotype &) const = default;
  auto operator<=>(const phenotype &) const = default;
};
struct phenotype_hash {
  std::size_t operator()(const phenotype &p) const { return static_cast<std::size_t>(p.low); }
};

class space_model {
 public:
  space_model() = default;
  /// Throws failure (NAC_INVALID_ARGUMENT) naming the dimension when a range is empty, a kind is unknown, or a
  /// condition names a parent that is not an earlier discrete dimension.
  explicit space_model(std::vector<dimension> dimensions);

  std::size_t size() const { return dimensions_.size(); }
  const dimension &operator[](std::size_t i) const { return dimensions_[i]; }
  /// Number of values of dimension i; 0 stands for a continuum.
  uint64_t count(std::size_t i) const { return counts_[i]; }
  /// False for dimensions with a single value, which no variation can change.
  bool variable(std::size_t i) const { return counts_[i] != 1; }
  /// The dimension at the top of i's chain of (first) parents; i itself without a condition.
  std::size_t root(std::size_t i) const { return roots_[i]; }

  /// Whether dimension i is active, given flags and values of the earlier dimensions.
  bool active(std::size_t i, const genome &g, const std::vector<char> &flags) const;
  /// active flag of every dimension of a genome. NaN in an active parent counts as no value.
  void activity(const genome &g, std::vector<char> &flags) const;
  std::vector<char> activity(const genome &g) const;

  /// Value number k of a discrete dimension, and the number of a value.
  double value_at(std::size_t i, uint64_t k) const;
  uint64_t index_of(std::size_t i, double value) const;
  bool legal(std::size_t i, double value) const;

  /// Position of a number in [0, 1] of its (logarithmic) range, and back; exact at the ends.
  double to_unit(std::size_t i, double value) const;
  double from_unit(std::size_t i, double unit) const;

  double random_value(std::size_t i, rng &r) const;
  genome random_genome(rng &r) const;  ///< full

  genome canonical(const genome &g) const;
  phenotype identity(const genome &g) const;
  /// Throws failure (NAC_INVALID_ARGUMENT) unless every active value is there and legal; `what` opens the message.
  void check(const genome &g, const std::string &what) const;
  /// Hash of everything that gives a genome its meaning.
  uint64_t fingerprint() const;

 private:
  std::vector<dimension> dimensions_;
  std::vector<uint64_t> counts_;
  std::vector<std::size_t> roots_;
};

}  // namespace nac::searching
