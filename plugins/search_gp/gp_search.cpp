// SPDX-License-Identifier: Apache-2.0
#include "gp_search.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "pick.hpp"
#include "search_common/pareto.hpp"
#include "start_design.hpp"

namespace nac::searching {
namespace {

constexpr uint64_t kFewestInitial = 16, kMostInitial = 30, kBudgetPerInitial = 10, kInitialOfUnknownBudget = 20;
constexpr uint64_t kDesignStream = 3;
constexpr std::size_t kFewestResults = 2;
constexpr int kRandomTries = 64;
/// Axes that a trained objective is tried on, see axes::set_offset.
constexpr double kOffsets[] = {0, 3, 1, 0.5, 0.3};
constexpr double kMargin = 0.1;  // of the reference point beyond the front, on its axes

void require(const char *name, uint64_t value, uint64_t low, uint64_t high, bool zero) {
  if ((value < low || value > high) && !(zero && value == 0))
    invalid(std::string("parameter '") + name + "' is " + std::to_string(value) +
            "; accepted: " + (zero ? "0 (automatic) or " : "") + std::to_string(low) + " to " + std::to_string(high));
}

gp_options read_options(const config &c) {
  const auto count = [&](const char *name) {
    const int64_t value = c.integer(name);
    if (value < 0)
      invalid(std::string("parameter '") + name + "' is " + std::to_string(value) + "; it counts something");
    return static_cast<uint64_t>(value);
  };
  return {count("initial"), count("candidates"), count("points")};
}

}  // namespace

gp_search::gp_search(const gp_options &options) : options_(options) {
  require("initial", options.initial, kFewestResults, 100000, true);
  require("candidates", options.candidates, 10, 100000, false);
  require("points", options.points, 50, 4000, false);
}

gp_search::gp_search(const config &c) : gp_search(read_options(c)) {}

uint64_t gp_search::parameters() const {
  // With other objectives exact, or none, the same results lead elsewhere.
  return stream_key(options_.initial, options_.candidates, options_.points, screen_.exact_mask(),
                    screen_.asks_host() ? 1 : 0);
}

void gp_search::begin() {
  kernel_ = kernel(space());
  screen_ = screen(setup().candidates, setup().objectives);
  points_ = coded_points(kernel_.dimensions());
  models_.assign(setup().objectives, surrogate());
  offsets_.assign(setup().objectives, 0);
}

void gp_search::learn(const finished &f) { newcomers_.push_back(f); }

void gp_search::take_in(const finished &f) {
  points_.append(kernel_.encode(space(), f.genes));
  results_.push_back(f);
}

void gp_search::settle() {
  std::sort(newcomers_.begin(), newcomers_.end(),
            [](const finished &a, const finished &b) { return a.trial < b.trial; });
  for (const finished &f : newcomers_) {
    if (const screened s = screen_(space(), f.genes); s.feasible) networks_.insert(s.network);
    if (f.ok) take_in(f);
  }
  newcomers_.clear();
}

bool gp_search::tried(const genome &g, const screened &s) const { return networks_.count(s.network) != 0 || seen(g); }

std::optional<genome> gp_search::propose(rng &r) {
  settle();
  std::optional<genome> g = from_design(told_count() + pending().size());
  if (!g && results_.size() >= kFewestResults) g = from_models(r);
  if (!g) g = at_random(r);
  if (g)
    if (const screened s = screen_(space(), *g); s.feasible) networks_.insert(s.network);
  return g;
}

std::optional<genome> gp_search::from_design(uint64_t begun) {
  const uint64_t budget = setup().trials;
  const uint64_t automatic =
      budget == 0 ? kInitialOfUnknownBudget : std::clamp(budget / kBudgetPerInitial, kFewestInitial, kMostInitial);
  const uint64_t count = options_.initial != 0 ? options_.initial : automatic;
  if (begun >= count) return std::nullopt;
  if (!design_) {
    rng r(stream_key(setup().seed, kDesignStream));
    design_ = start_design(space(), kernel_, screen_, count, r);
  }
  if (begun >= design_->size()) return std::nullopt;
  const genome &g = (*design_)[begun];
  return tried(g, screen_(space(), g)) ? std::nullopt : std::optional<genome>(g);
}

std::optional<genome> gp_search::at_random(rng &r) const {
  for (int i = 0; i < kRandomTries; ++i) {
    genome g = space().random_genome(r);
    if (const screened s = screen_(space(), g); s.feasible && !tried(g, s)) return g;
  }
  return std::nullopt;
}

double gp_search::likeliest_offset(std::size_t k, const std::vector<double> &rows, const std::vector<uint32_t> &ranks,
                                   axes scale) const {
  const std::vector<std::size_t> part = surrogate::looked_at(ranks);
  gaussian_process model = models_[k].of(kernel_, points_, part);  // one factor: it does not depend on values
  double likeliest = 0, highest = -std::numeric_limits<double>::infinity();
  for (const double offset : kOffsets) {
    scale.set_offset(k, offset);
    std::vector<double> values;
    double slopes = 0;
    for (const std::size_t i : part) {
      const double value = rows[i * setup().objectives + k];
      values.push_back(scale.to_axis(k, value));
      slopes += scale.log_slope(k, value);
    }
    model.set_values(values);
    const double evidence = model.log_likelihood() + slopes;
    if (!(evidence > highest)) continue;
    highest = evidence;
    likeliest = offset;
  }
  return likeliest;
}

std::optional<genome> gp_search::from_models(rng &r) {
  const std::size_t m = setup().objectives, n = results_.size();
  std::vector<double> rows;
  std::vector<genome> genomes;
  for (const finished &f : results_) {
    rows.insert(rows.end(), f.objectives.begin(), f.objectives.end());
    genomes.push_back(f.genes);
  }
  std::vector<char> exact(m);
  for (std::size_t k = 0; k < m; ++k) exact[k] = screen_.exact(k) ? 1 : 0;
  axes scale(rows, m, exact);
  const std::vector<uint32_t> ranks = nondominated_ranks(rows, m);
  for (std::size_t k = 0; k < m; ++k) {
    if (exact[k]) continue;
    if (models_[k].due(n)) offsets_[k] = likeliest_offset(k, rows, ranks, scale);
    scale.set_offset(k, offsets_[k]);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = scale.to_axis(i % m, rows[i]);
  for (std::size_t k = 0; k < m; ++k) {
    if (exact[k]) continue;
    std::vector<double> column(n);
    for (std::size_t i = 0; i < n; ++i) column[i] = rows[i * m + k];
    models_[k].update(kernel_, points_, column, ranks, options_.points);
  }
  for (const auto &[trial, g] : pending()) {
    const screened s = screen_(space(), g);
    if (!s.feasible) continue;  // ends without a result
    const std::vector<double> code = kernel_.encode(space(), g);
    for (std::size_t k = 0; k < m; ++k) {
      rows.push_back(exact[k] ? scale.to_axis(k, s.exact[k]) : models_[k].model().predict({code}).mean.front());
      if (!exact[k]) models_[k].believe(code);
    }
  }
  // Beyond the front's own box are only candidates that nobody wants: measured on braggtoy, a box around all costs is
  // what a search gets stuck in.
  const front believed(rows, m, std::vector<double>(m, 1 + kMargin));
  const std::function<bool(const genome &, const screened &)> is_tried = [this](const genome &g, const screened &s) {
    return tried(g, s);
  };
  std::optional<genome> g =
      pick({space(), kernel_, screen_, genomes, ranks, scale, believed, models_, is_tried, options_.candidates}, r);
  for (std::size_t k = 0; k < m; ++k)
    if (!exact[k]) models_[k].drop_believed();
  return g;
}

void gp_search::load(const std::string &state) {
  gp_search staged(*this);
  staged.restore(state);
  *this = std::move(staged);
}

void gp_search::write(state_writer &w) const {
  for (const std::vector<finished> *group : {&results_, &newcomers_}) {
    w.word("results").integer(group->size());
    for (const finished &f : *group) {
      w.word("trial").integer(f.trial).integer(f.ok ? 1 : 0);
      write_genome(w, f.genes);
      for (const double o : f.objectives) w.number(o);
    }
  }
  w.word("networks").integer(networks_.size());
  for (const phenotype &p : networks_) w.bits(p.high).bits(p.low);
  for (const surrogate &s : models_) s.write(w);
  w.word("offsets");
  for (const double o : offsets_) w.number(o);
}

void gp_search::read(state_reader &r) {
  begin();
  std::vector<finished> groups[2];
  for (std::vector<finished> &group : groups) {
    r.word("results");
    for (std::size_t n = r.count(); n > 0; --n) {
      r.word("trial");
      const uint64_t trial = r.integer(UINT64_MAX);
      finished f{trial, r.integer(1) == 1, read_genome(r), {}};
      for (uint32_t k = 0; f.ok && k < setup().objectives; ++k) f.objectives.push_back(read_objective(r));
      group.push_back(std::move(f));
    }
  }
  results_.clear();
  for (const finished &f : groups[0]) {
    if (!f.ok) fail(NAC_DATA_LOSS, "the saved search state is damaged: a result without objectives");
    take_in(f);
  }
  newcomers_ = std::move(groups[1]);
  networks_.clear();
  r.word("networks");
  for (std::size_t n = r.count(); n > 0; --n) {
    const uint64_t high = r.bits();
    networks_.insert({high, r.bits()});
  }
  for (surrogate &s : models_) s.read(r, kernel_, points_);
  r.word("offsets");
  for (double &o : offsets_) {
    o = r.number();
    if (std::find(std::begin(kOffsets), std::end(kOffsets), o) == std::end(kOffsets))
      fail(NAC_DATA_LOSS, "the saved search state is damaged: an axis of no known kind");
  }
}

}  // namespace nac::searching
