// SPDX-License-Identifier: Apache-2.0
//
// nac.space/1: the C table over Space and Point. Handles are the objects themselves.
#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "services/boundary.hpp"
#include "services/space.hpp"

namespace nac::fw {
namespace {

Space &host_space(nac_space *space) {
  if (space == nullptr) throw Error("the space is NULL", NAC_INVALID_ARGUMENT);
  return *reinterpret_cast<Space *>(space);
}
const Space::Dimension *dimension_at(const nac_space *space, uint32_t dimension) {
  if (space == nullptr) return nullptr;
  const std::vector<Space::Dimension> &all = reinterpret_cast<const Space *>(space)->dimensions();
  return dimension < all.size() ? &all[dimension] : nullptr;
}
std::string text_of(const char *text, const char *what) {
  if (text == nullptr) throw Error(fmt::format("{} is NULL", what), NAC_INVALID_ARGUMENT);
  return text;
}
void need(const void *pointer, uint32_t count, const char *what) {
  if (pointer == nullptr && count > 0) throw Error(fmt::format("{} is NULL", what), NAC_INVALID_ARGUMENT);
}

int32_t add_integer(nac_space *space, const char *name, int64_t low, int64_t high, int64_t step, nac_error *err) {
  return service_guard_or(-1, err, [&] {
    return static_cast<int32_t>(host_space(space).add_integer(text_of(name, "the dimension's name"), low, high, step));
  });
}

int32_t add_number(nac_space *space, const char *name, double low, double high, bool logarithmic, nac_error *err) {
  return service_guard_or(-1, err, [&] {
    return static_cast<int32_t>(
        host_space(space).add_number(text_of(name, "the dimension's name"), low, high, logarithmic));
  });
}

int32_t add_choice(nac_space *space, const char *name, const char *const *names, uint32_t count, nac_error *err) {
  return service_guard_or(-1, err, [&] {
    need(names, count, "the list of choices");
    std::vector<std::string> all;
    for (uint32_t i = 0; i < count; ++i) all.push_back(text_of(names[i], "a choice's name"));
    return static_cast<int32_t>(host_space(space).add_choice(text_of(name, "the dimension's name"), all));
  });
}

int32_t add_ordered(nac_space *space, const char *name, const double *values, uint32_t count, nac_error *err) {
  return service_guard_or(-1, err, [&] {
    need(values, count, "the list of values");
    return static_cast<int32_t>(
        host_space(space).add_ordered(text_of(name, "the dimension's name"), {values, values + count}));
  });
}

nac_status only_if(nac_space *space, int32_t dimension, int32_t parent, const int64_t *values, uint32_t count,
                   nac_error *err) {
  return service_guard(err, [&] {
    need(values, count, "the list of values");
    if (dimension < 0 || parent < 0)
      throw Error(fmt::format("a condition between dimensions {} and {}: indices are 0, 1, ...", dimension, parent),
                  NAC_INVALID_ARGUMENT);
    host_space(space).only_if(static_cast<uint32_t>(dimension), static_cast<uint32_t>(parent),
                              {values, values + count});
  });
}

uint32_t count(const nac_space *space) {
  return space == nullptr ? 0 : static_cast<uint32_t>(reinterpret_cast<const Space *>(space)->dimensions().size());
}

int32_t kind(const nac_space *space, uint32_t dimension) {
  const Space::Dimension *d = dimension_at(space, dimension);
  return d == nullptr ? 0 : d->kind;
}

const char *name(const nac_space *space, uint32_t dimension) {
  const Space::Dimension *d = dimension_at(space, dimension);
  return d == nullptr ? nullptr : d->name.c_str();
}

nac_status range(const nac_space *space, uint32_t dimension, double *low, double *high, double *step,
                 bool *logarithmic) {
  const Space::Dimension *d = dimension_at(space, dimension);
  if (d == nullptr) return NAC_NOT_FOUND;
  if (low != nullptr) *low = d->low;
  if (high != nullptr) *high = d->high;
  if (step != nullptr) *step = d->step;
  if (logarithmic != nullptr) *logarithmic = d->logarithmic;
  return NAC_OK;
}

const char *choice_name(const nac_space *space, uint32_t dimension, uint32_t index) {
  const Space::Dimension *d = dimension_at(space, dimension);
  return d == nullptr || index >= d->choices.size() ? nullptr : d->choices[index].c_str();
}

nac_status ordered_value(const nac_space *space, uint32_t dimension, uint32_t index, double *value) {
  const Space::Dimension *d = dimension_at(space, dimension);
  if (d == nullptr || index >= d->ordered.size()) return NAC_NOT_FOUND;
  if (value == nullptr) return NAC_INVALID_ARGUMENT;
  *value = d->ordered[index];
  return NAC_OK;
}

uint32_t condition_count(const nac_space *space, uint32_t dimension) {
  const Space::Dimension *d = dimension_at(space, dimension);
  return d == nullptr ? 0 : static_cast<uint32_t>(d->conditions.size());
}

nac_status condition(const nac_space *space, uint32_t dimension, uint32_t index, uint32_t *parent,
                     const int64_t **values, uint32_t *count) {
  const Space::Dimension *d = dimension_at(space, dimension);
  if (d == nullptr || index >= d->conditions.size()) return NAC_NOT_FOUND;
  const Space::Condition &c = d->conditions[index];
  if (parent != nullptr) *parent = c.parent;
  if (values != nullptr) *values = c.values.data();
  if (count != nullptr) *count = static_cast<uint32_t>(c.values.size());
  return NAC_OK;
}

nac_status get(const nac_point *point, uint32_t dimension, double *value) {
  if (point == nullptr || value == nullptr) return NAC_INVALID_ARGUMENT;
  const Point &p = *reinterpret_cast<const Point *>(point);
  if (!p.has(dimension)) return NAC_NOT_FOUND;
  return service_guard(nullptr, [&] { *value = p.get(dimension); });
}

nac_status set(nac_point *point, uint32_t dimension, double value, nac_error *err) {
  return service_guard(err, [&] {
    if (point == nullptr) throw Error("the point is NULL", NAC_INVALID_ARGUMENT);
    reinterpret_cast<Point *>(point)->set(dimension, value);
  });
}

bool active(const nac_space *space, const nac_point *point, uint32_t dimension) {
  if (space == nullptr || point == nullptr) return false;
  const Point &p = *reinterpret_cast<const Point *>(point);
  if (&p.space() != reinterpret_cast<const Space *>(space)) return false;
  return service_guard_or(false, nullptr, [&] { return p.active(dimension); });
}

}  // namespace

const nac_space_service &space_service() {
  static const nac_space_service table = {sizeof(nac_space_service),
                                          0,
                                          add_integer,
                                          add_number,
                                          add_choice,
                                          add_ordered,
                                          only_if,
                                          count,
                                          kind,
                                          name,
                                          range,
                                          choice_name,
                                          ordered_value,
                                          condition_count,
                                          condition,
                                          get,
                                          set,
                                          active};
  return table;
}

}  // namespace nac::fw
