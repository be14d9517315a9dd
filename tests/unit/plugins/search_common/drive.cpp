// SPDX-License-Identifier: Apache-2.0
#include "drive.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <deque>

#include "problem_space.hpp"
#include "search_aging/aging.hpp"
#include "search_gp/gp_search.hpp"
#include "search_grid/grid_search.hpp"
#include "search_nsga2/nsga2.hpp"
#include "search_random/random_search.hpp"
#include "search_tpe/tpe.hpp"

namespace nac::testing {
namespace {
double processor_ms() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
}  // namespace

std::vector<named_maker> all_strategies() {
  return {{"random", [] { return std::make_unique<searching::random_search>(); }},
          // More levels than the default: the tests of the protocol ask more often than small grids last.
          {"grid", [] { return std::make_unique<searching::grid_search>(searching::grid_options{200}); }},
          {"aging", [] { return std::make_unique<searching::aging>(searching::aging_options{}); }},
          {"nsga2", [] { return std::make_unique<searching::nsga2>(searching::nsga2_options{}); }},
          {"tpe", [] { return std::make_unique<searching::tpe>(searching::tpe_options{}); }},
          // Small models: the protocol does not depend on their size, the time does; and they fill up.
          {"gp", [] {
             return std::make_unique<searching::gp_search>(searching::gp_options{16, 30, 50});
           }}};
}

run_record run(search &s, const bench::problem &p, const run_options &o) {
  s.start(p.space, {static_cast<uint32_t>(p.objectives), o.seed, o.trials, o.lookahead});
  run_record record;
  std::deque<uint64_t> open;
  double spent = 0;
  const auto tell_oldest = [&] {
    const uint64_t trial = open.front();
    open.pop_front();
    search_result r{trial, NAC_OK, record.asked[trial], p.evaluate(record.asked[trial])};
    record.rows.insert(record.rows.end(), r.objectives.begin(), r.objectives.end());
    const double begin = processor_ms();
    s.tell(r);
    spent += processor_ms() - begin;
  };
  for (uint64_t trial = 0; trial < o.trials; ++trial) {
    if (open.size() >= o.lookahead) tell_oldest();
    searching::genome g;
    const double begin = processor_ms();
    const ask_outcome outcome = s.ask(trial, g);
    const double taken = processor_ms() - begin;
    spent += taken;
    record.worst_ask_ms = std::max(record.worst_ask_ms, taken);
    if (outcome != ask_outcome::proposed) break;
    record.asked.push_back(std::move(g));
    open.push_back(trial);
  }
  while (!open.empty()) tell_oldest();
  record.mean_us = record.asked.empty() ? 0 : 1e3 * spent / static_cast<double>(record.asked.size());
  return record;
}

bench::problem weighted(std::vector<dimension> space, std::size_t objectives) {
  bench::problem p{"weighted", std::move(space), objectives, {}, {}, {}};
  p.evaluate = [objectives](const std::vector<double> &x) {
    std::vector<double> f(objectives, 0.0);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!std::isnan(x[i]))
        for (std::size_t k = 0; k < objectives; ++k)
          f[k] += (k % 2 == 0 ? 1 : -1) * x[i] * static_cast<double>(i + 1 + k);
    return f;
  };
  return p;
}

std::vector<dimension> small_tree() {
  using namespace bench;
  return {choice_dimension("a", 2),                                     // 0
          only_if(ordered_dimension("b", 3), 0, {0}),                   // 1: 3 values
          only_if(integer_dimension("c", 10, 14, 4), 0, {0}),           // 2: 2 values
          only_if(integer_dimension("d", -1, 2), 0, {1}),               // 3: 4 values
          only_if(choice_dimension("e", 2), 0, {1}),                    // 4: 2 values
          only_if(only_if(choice_dimension("f", 3), 4, {1}), 0, {1})};  // 5: 3 values below e = 1
}

std::string text_of(const searching::genome &g) {
  std::string text;
  for (const double v : g) text += std::isnan(v) ? std::string("- ") : std::to_string(v) + " ";
  return text;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

double best(const run_record &r) { return *std::min_element(r.rows.begin(), r.rows.end()); }

}  // namespace nac::testing
