// SPDX-License-Identifier: Apache-2.0
//
// scatter.cpp: random search without repetition, the smallest search there is, in C++17 with the SDK's glue.
#include <nac/cpp/search.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <sstream>

namespace {

class scatter : public nac::search {
 public:
  explicit scatter(const nac::config &c) : patience_(static_cast<int>(c.integer("patience"))) {}

  void start(const std::vector<nac::dimension> &space, const nac::search_setup &setup) override {
    space_ = space;
    rng_ = nac::rng(setup.seed);
  }

  nac::ask_outcome ask(uint64_t, std::vector<double> &genome) override {
    for (int i = 0; i < patience_; ++i) {
      genome.assign(space_.size(), std::nan(""));
      for (std::size_t d = 0; d < space_.size(); ++d)
        if (active(genome, space_[d])) genome[d] = draw(space_[d]);
      if (seen_.insert(text_of(genome)).second) return nac::ask_outcome::proposed;
    }
    return nac::ask_outcome::exhausted;
  }

  void tell(const nac::search_result &) override {}

  std::string save() override {
    std::ostringstream out;
    out << "scatter1 " << rng_.counter() << ' ' << seen_.size() << '\n';
    for (const std::string &point : seen_) out << point << '\n';
    out << "end\n";
    return out.str();
  }

  void load(const std::string &state) override {
    std::istringstream in(state);
    std::string magic, line;
    uint64_t counter = 0, count = 0;
    std::set<std::string> seen;
    if (!(in >> magic >> counter >> count) || magic != "scatter1" || in.get() != '\n')
      nac::fail(NAC_DATA_LOSS, "this is no state of scatter");
    for (uint64_t i = 0; i < count && std::getline(in, line); ++i) seen.insert(line);
    if (seen.size() != count || !std::getline(in, line) || line != "end" || in.eof() || in.peek() != EOF)
      nac::fail(NAC_DATA_LOSS, "the state of scatter is damaged");
    rng_.set_counter(counter);
    seen_ = std::move(seen);
  }

 private:
  bool active(const std::vector<double> &genome, const nac::dimension &d) const {
    for (const nac::dimension::condition &condition : d.conditions) {
      bool holds = false;
      for (const int64_t value : condition.values) holds |= genome[condition.parent] == static_cast<double>(value);
      if (!holds) return false;
    }
    return true;
  }
  double draw(const nac::dimension &d) {
    if (d.discrete()) return d.low + d.step * static_cast<double>(rng_.below(d.count()));
    if (!d.logarithmic) return rng_.uniform(d.low, d.high);
    return std::min(d.high, std::max(d.low, std::exp(rng_.uniform(std::log(d.low), std::log(d.high)))));
  }
  static std::string text_of(const std::vector<double> &genome) {
    std::ostringstream out;
    out << std::hexfloat;
    for (const double value : genome) out << value << ';';
    return out.str();
  }

  int patience_;
  std::vector<nac::dimension> space_;
  nac::rng rng_;
  std::set<std::string> seen_;
};

constexpr nac_param kPatience =
    nac::parameter(NAC_PARAM_INTEGER, "patience", "draws before a space counts as exhausted", "1000", "[1, 1000000]");
constexpr const nac_param *kParams[] = {&kPatience};
constexpr nac_descriptor kScatter = nac::describe(NAC_KIND_SEARCH, "org.example.scatter", "Scatter", "Example", "1.0.0",
                                                  "Apache-2.0", "random search without repetition", kParams);

}  // namespace

NAC_PLUGIN(nac::entry(kScatter, nac::make_search<scatter>))
