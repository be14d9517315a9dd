// SPDX-License-Identifier: Apache-2.0
//
// space.hpp: writing a search space, reading one, and points.
#pragma once
#include <string>
#include <vector>

#include "host.hpp"

namespace nac {

/// Writes dimensions. Each add returns the dimension's index and throws failure when the host refuses it.
class space_writer {
 public:
  explicit space_writer(nac_space *raw) : raw_(raw) {}

  uint32_t integer(const std::string &name, int64_t low, int64_t high, int64_t step = 1) {
    return made([&](nac_error *e) { return host().space().add_integer(raw_, name.c_str(), low, high, step, e); });
  }
  uint32_t number(const std::string &name, double low, double high, bool logarithmic = false) {
    return made([&](nac_error *e) { return host().space().add_number(raw_, name.c_str(), low, high, logarithmic, e); });
  }
  uint32_t choice(const std::string &name, const std::vector<std::string> &names) {
    std::vector<const char *> raw;
    for (const std::string &n : names) raw.push_back(n.c_str());
    return made([&](nac_error *e) {
      return host().space().add_choice(raw_, name.c_str(), raw.data(), static_cast<uint32_t>(raw.size()), e);
    });
  }
  uint32_t ordered(const std::string &name, const std::vector<double> &values) {
    return made([&](nac_error *e) {
      return host().space().add_ordered(raw_, name.c_str(), values.data(), static_cast<uint32_t>(values.size()), e);
    });
  }
  /// `dimension` exists only where `parent` has one of `values` (indices for choices).
  void only_if(uint32_t dimension, uint32_t parent, const std::vector<int64_t> &values) {
    nac_error err = empty_error();
    check(host().space().only_if(raw_, static_cast<int32_t>(dimension), static_cast<int32_t>(parent), values.data(),
                                 static_cast<uint32_t>(values.size()), &err),
          err);
  }

 private:
  template <class F>
  uint32_t made(F &&add) {
    nac_error err = empty_error();
    const int32_t index = add(&err);
    if (index < 0) throw failure(err.code != NAC_OK ? err.code : NAC_INVALID_ARGUMENT, err.message);
    return static_cast<uint32_t>(index);
  }
  nac_space *raw_;
};

/// Reads a point: value(i) of an active dimension. Throws when it was not set.
class point_reader {
 public:
  explicit point_reader(const nac_point *raw) : raw_(raw) {}
  double value(uint32_t dimension) const {
    double v = 0;
    if (host().space().get(raw_, dimension, &v) != NAC_OK)
      throw failure(NAC_INVALID_ARGUMENT, "the point has no value for dimension " + std::to_string(dimension));
    return v;
  }
  int64_t index(uint32_t dimension) const { return static_cast<int64_t>(value(dimension)); }

 private:
  const nac_point *raw_;
};

/// A search space copied into plain structs, as a search wants it.
struct dimension {
  struct condition {
    uint32_t parent = 0;
    std::vector<int64_t> values;
  };
  std::string name;
  int32_t kind = 0;  ///< NAC_DIMENSION_*
  double low = 0, high = 0, step = 0;
  bool logarithmic = false;
  std::vector<condition> conditions;

  bool discrete() const { return kind != NAC_DIMENSION_NUMBER; }
  bool ordinal() const { return kind == NAC_DIMENSION_INTEGER || kind == NAC_DIMENSION_ORDERED; }
  /// Number of values of a discrete dimension.
  uint64_t count() const { return static_cast<uint64_t>((high - low) / step + 0.5) + 1; }
};

inline std::vector<dimension> read_space(const nac_space *space) {
  const nac_space_service &s = host().space();
  std::vector<dimension> all(s.count(space));
  for (uint32_t i = 0; i < all.size(); ++i) {
    dimension &d = all[i];
    d.name = s.name(space, i);
    d.kind = s.kind(space, i);
    s.range(space, i, &d.low, &d.high, &d.step, &d.logarithmic);
    d.conditions.resize(s.condition_count(space, i));
    for (uint32_t c = 0; c < d.conditions.size(); ++c) {
      const int64_t *values = nullptr;
      uint32_t count = 0;
      s.condition(space, i, c, &d.conditions[c].parent, &values, &count);
      d.conditions[c].values.assign(values, values + count);
    }
  }
  return all;
}

}  // namespace nac
