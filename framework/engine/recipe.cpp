// SPDX-License-Identifier: Apache-2.0
#include "engine/recipe.hpp"

#include <array>
#include <utility>

namespace nac::fw {
namespace {

constexpr std::array<std::pair<const char *, Optimizer>, 4> kOptimizers{
    {{"adam", Optimizer::adam}, {"adamw", Optimizer::adamw}, {"sgd", Optimizer::sgd}, {"rmsprop", Optimizer::rmsprop}}};
constexpr std::array<std::pair<const char *, Schedule>, 4> kSchedules{{{"constant", Schedule::constant},
                                                                       {"cosine", Schedule::cosine},
                                                                       {"step", Schedule::step},
                                                                       {"plateau", Schedule::plateau}}};

template <class Table, class Value>
const char *name_in(const Table &table, Value value) {
  for (const auto &[name, entry] : table)
    if (entry == value) return name;
  return "?";
}

template <class Table, class Value>
bool parse_in(const Table &table, const std::string &text, Value &out) {
  for (const auto &[name, entry] : table) {
    if (text == name) {
      out = entry;
      return true;
    }
  }
  return false;
}

}  // namespace

const char *name_of(Optimizer optimizer) { return name_in(kOptimizers, optimizer); }
const char *name_of(Schedule schedule) { return name_in(kSchedules, schedule); }
bool parse(const std::string &text, Optimizer &out) { return parse_in(kOptimizers, text, out); }
bool parse(const std::string &text, Schedule &out) { return parse_in(kSchedules, text, out); }

}  // namespace nac::fw
