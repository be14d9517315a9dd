// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nac/space.h"

namespace nac::fw {

/// A search space with conditional dimensions; semantics as in nac/space.h. Members throw Error naming the dimension.
class Space {
 public:
  struct Condition {
    uint32_t parent = 0;
    std::vector<int64_t> values;
  };
  struct Dimension {
    std::string name;
    int32_t kind = 0;  ///< NAC_DIMENSION_*
    double low = 0, high = 0, step = 0;
    bool logarithmic = false;
    std::vector<std::string> choices;  ///< choice names; for ordered ones the numbers' text
    std::vector<double> ordered;       ///< values of an ordered dimension
    std::vector<Condition> conditions;
  };

  uint32_t add_integer(const std::string &name, int64_t low, int64_t high, int64_t step);
  uint32_t add_number(const std::string &name, double low, double high, bool logarithmic);
  uint32_t add_choice(const std::string &name, const std::vector<std::string> &names);
  uint32_t add_ordered(const std::string &name, const std::vector<double> &values);
  void only_if(uint32_t dimension, uint32_t parent, const std::vector<int64_t> &values);

  const std::vector<Dimension> &dimensions() const { return dimensions_; }
  int32_t find(const std::string &name) const;  ///< -1: none
  /// Number of different points, conditions respected; infinite with a number dimension. Exact below 2^53.
  double size() const;
  /// The value as people read it: choice name, number.
  std::string text(uint32_t dimension, double value) const;
  /// Changes whenever a point would mean something else.
  std::string fingerprint() const;

 private:
  uint32_t add(Dimension dimension);
  std::vector<Dimension> dimensions_;
};

/// A candidate: one optional value per dimension of its space.
class Point {
 public:
  explicit Point(const Space &space);
  const Space &space() const { return *space_; }
  void set(uint32_t dimension, double value);  ///< throws Error outside range, off the grid or not finite
  bool has(uint32_t dimension) const;
  double get(uint32_t dimension) const;  ///< throws Error when not set
  bool active(uint32_t dimension) const;
  /// Throws Error naming the first active dimension without a value; drops values of inactive ones.
  void finish();
  /// "name=value;name=value" of the active dimensions in order: equal for equal candidates.
  std::string canonical() const;
  std::string to_json() const;                                          ///< {"name": value or "choice"}
  static Point from_json(const Space &space, const std::string &json);  ///< throws Error

 private:
  std::vector<bool> activity(uint32_t count) const;  ///< of the first dimensions; an unset parent satisfies nothing
  const Space *space_;
  std::vector<double> values_;  ///< NaN: not set
};

const nac_space_service &space_service();
inline nac_space *to_abi(Space *space) { return reinterpret_cast<nac_space *>(space); }
inline const nac_space *to_abi(const Space *space) { return reinterpret_cast<const nac_space *>(space); }
inline nac_point *to_abi(Point *point) { return reinterpret_cast<nac_point *>(point); }
inline const nac_point *to_abi(const Point *point) { return reinterpret_cast<const nac_point *>(point); }

}  // namespace nac::fw
