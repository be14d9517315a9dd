// SPDX-License-Identifier: Apache-2.0
#include "serve.hpp"

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "host_space.hpp"
#include "record.hpp"

namespace nac::bench {
namespace {

using nlohmann::json;

json describe(const problem &p, const fw::Space &space) {
  static constexpr const char *kKinds[] = {"", "integer", "number", "choice", "ordered"};
  static_assert(NAC_DIMENSION_INTEGER == 1 && NAC_DIMENSION_NUMBER == 2 && NAC_DIMENSION_CHOICE == 3 &&
                NAC_DIMENSION_ORDERED == 4);
  json out = {{"problem", p.name}, {"objectives", p.objectives}, {"exact", p.exact}, {"best_known", p.best_known}};
  out["dimensions"] = json::array();
  for (const fw::Space::Dimension &d : space.dimensions()) {
    json entry = {{"name", d.name}, {"kind", kKinds[d.kind]}, {"low", d.low},        {"high", d.high},
                  {"step", d.step}, {"log", d.logarithmic},   {"choices", d.choices}};
    entry["conditions"] = json::array();
    for (const fw::Space::Condition &c : d.conditions)
      entry["conditions"].push_back({{"parent", space.dimensions()[c.parent].name}, {"values", c.values}});
    out["dimensions"].push_back(entry);
  }
  return out;
}

}  // namespace

void serve(const problem &p, const std::vector<std::size_t> &budgets, std::istream &in, std::ostream &out) {
  const fw::Space space = host_space(p.space);
  Record record(p);
  out << describe(p, space).dump() << std::endl;
  for (std::string line; std::getline(in, line);) {
    if (json::parse(line, nullptr, false) == json{{"end", true}}) {
      out << record.standings(budgets).dump() << std::endl;
      record = Record(p);
      continue;
    }
    const fw::Point point = fw::Point::from_json(space, line);
    const std::vector<double> objectives = p.evaluate(genome_of(point));
    record.add(point.canonical(), objectives);
    out << json{{"objectives", objectives}}.dump() << std::endl;
  }
}

}  // namespace nac::bench
