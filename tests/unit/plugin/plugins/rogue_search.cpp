// SPDX-License-Identifier: Apache-2.0
//
// A search that walks through the values of the first dimension and, told so by "fault", breaks one rule.
#include <nac/cpp/search.hpp>

#include <cmath>

namespace {

class rogue : public nac::search {
 public:
  explicit rogue(const nac::config &config) : fault_(config.text("fault")) {}

  void start(const std::vector<nac::dimension> &space, const nac::search_setup &setup) override {
    if (fault_ == "start-fails")
      nac::fail(NAC_UNSUPPORTED, "only one objective, not " + std::to_string(setup.objectives));
    space_ = space;
    candidates_ = setup.candidates;
  }
  nac::ask_outcome ask(uint64_t, std::vector<double> &genome) override {
    if (fault_ == "ask-waits") return nac::ask_outcome::wait_for_tell;
    if (fault_ == "ask-throws") nac::fail(NAC_INTERNAL, "lost the thread");
    if (fault_ == "ask-no-memory") throw std::bad_alloc();
    genome.assign(space_.size(), std::nan(""));
    if (fault_ == "ask-nothing") return nac::ask_outcome::proposed;
    genome[0] = fault_ == "ask-outside" ? 99 : space_[0].low + static_cast<double>(next_) * space_[0].step;
    if (genome[0] > space_[0].high && fault_ != "ask-outside") return nac::ask_outcome::exhausted;
    ++next_;
    return nac::ask_outcome::proposed;
  }
  void tell(const nac::search_result &result) override {
    if (fault_ == "tell-fails") nac::fail(NAC_INTERNAL, "did not want to know");
    told_ += result.ok() ? 1 : 0;
  }
  std::string save() override {
    return fault_ == "asks-host" ? answers() : std::to_string(next_) + " " + std::to_string(told_);
  }
  void load(const std::string &state) override {
    if (state.find(' ') == std::string::npos) nac::fail(NAC_DATA_LOSS, "this is no state of mine");
    next_ = std::stoull(state);
    told_ = std::stoull(state.substr(state.find(' ')));
  }

 private:
  /// What the host says of the values 0 to 3.
  std::string answers() const {
    if (candidates_ == nullptr) return "no host to ask";
    std::string text = "exact " + std::to_string(candidates_->exact());
    for (const double value : {0.0, 1.0, 2.0, 3.0}) {
      try {
        const nac::candidate c = candidates_->evaluate({value});
        text += c.feasible ? "; " + std::to_string(c.objectives[1]) + " " + std::to_string(c.identity[1]) : "; never";
      } catch (const nac::failure &f) {
        text += std::string("; ") + f.what();
      }
    }
    return text;
  }
  std::shared_ptr<const nac::candidate_source> candidates_;
  std::string fault_;
  std::vector<nac::dimension> space_;
  uint64_t next_ = 0, told_ = 0;
};

constexpr nac_param kFault = nac::parameter(NAC_PARAM_TEXT, "fault", "which rule to break", "\"none\"");
const nac_param *const kParams[] = {&kFault};
constexpr nac_descriptor kDescriptor = nac::describe(NAC_KIND_SEARCH, "org.example.rogue-search", "Rogue search",
                                                     "Example", "0.1.0", "Apache-2.0", "breaks one rule", kParams);

constexpr nac_descriptor kSerial =
    nac::describe(NAC_KIND_SEARCH, "org.example.serial-search", "Serial search", "Example", "0.1.0", "Apache-2.0",
                  "the same, one call at a time", kParams, NAC_THREADS_SERIAL);

}  // namespace

NAC_PLUGIN(nac::entry(kDescriptor, nac::make_search<rogue>), nac::entry(kSerial, nac::make_search<rogue>))
