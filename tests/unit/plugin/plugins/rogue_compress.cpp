// SPDX-License-Identifier: Apache-2.0
//
// A pass that scales the weight "w" by the number of its step and, told so by "fault", breaks one rule.
#include <nac/cpp/compress.hpp>

#include <cmath>
#include <limits>

namespace {

class rogue : public nac::compress {
 public:
  explicit rogue(const nac::config &config) : fault_(config.text("fault")) {}

  void start(const nac::compress_setup &setup) override {
    if (fault_ == "start-fails")
      nac::fail(NAC_UNSUPPORTED, "seed " + std::to_string(setup.seed) + " is not to my taste");
    watch_ = setup.watch;
  }

  nac::compress_step step(nac::graph_view &g, const std::vector<double> &metrics, const nac_call *call) override {
    ++steps_;
    nac::compress_step next;
    next.train_epochs = 3;
    next.from = nac::rewind::weights;
    next.teacher_share = 0.5;
    next.temperature = 2;
    if (fault_ == "asks-host") said_ = answers(g);
    if (fault_ == "random") said_ = std::to_string(nac::rng(call).bits());
    if (fault_ == "step-fails") nac::fail(NAC_INFEASIBLE, "metric 0 is " + std::to_string(metrics.at(0)));
    if (fault_ == "epochs") next.train_epochs = 2'000'000;
    if (fault_ == "share") next.teacher_share = 1.5;
    if (fault_ == "temperature") next.temperature = std::nan("");
    if (fault_ == "undo-first" || (fault_ == "undo" && steps_ % 2 == 0)) {
      next = {};
      next.undo = true;
    }
    if (fault_ == "finished-and-more") next.finished = true;
    if (fault_ == "finished") {
      next = {};
      next.finished = true;
    }
    edit(g);
    return next;
  }

  std::string save() override { return std::to_string(steps_) + " steps; " + said_; }
  void load(const std::string &state) override {
    if (state.find(" steps") == std::string::npos) nac::fail(NAC_DATA_LOSS, "this is no state of mine");
    steps_ = std::stoi(state);
  }

 private:
  void edit(nac::graph_view &g) const {
    const nac_node product = g.producer(g.outputs().at(0));
    const nac_value w = g.input_of(product, 1);
    std::vector<float> data = g.floats(w);
    for (float &x : data) x *= static_cast<float>(steps_);
    if (fault_ == "nan") data[0] = std::numeric_limits<float>::quiet_NaN();
    g.set_floats(w, data);
    const nac_value x = g.inputs().at(0), y = g.outputs().at(0);
    if (fault_ == "rename") g.set_name(y, "z");
    if (fault_ == "reshape") g.replace_uses(y, g.node("Concat", {y, y}, {{"axis", int64_t{1}}}));
    if (fault_ == "output") g.output("more", g.node("Relu", {y}));
    if (fault_ == "input") g.input("other", {2});
    if (fault_ == "no-data") g.replace_uses(x, g.node("Mul", {x, g.parameter("gain", {2}, NAC_INIT_ONES)}));
    if (fault_ == "litter") g.node("Relu", {x});
  }

  std::string answers(nac::graph_view &g) const {
    if (watch_ == nullptr) return "no host to ask";
    const nac::observed_values seen = watch_->values(g.raw(), g.inputs().at(0), "validation", 2);
    std::string text = std::to_string(seen.shape.at(0)) + "x" + std::to_string(seen.shape.at(1)) + " " +
                       std::to_string(seen.data.at(1)) + " " + std::to_string(watch_->metrics(g.raw()).at(0)) + " " +
                       std::to_string(watch_->cost(g.raw(), "bops")) + " " + std::to_string(watch_->direction(0));
    try {
      watch_->values(g.raw(), g.inputs().at(0), "test", 2);
    } catch (const nac::failure &f) {
      text += std::string(" ") + f.what();
    }
    return text;
  }

  std::shared_ptr<const nac::observer> watch_;
  std::string fault_, said_;
  int steps_ = 0;
};

}  // namespace

static constexpr nac_param kFault = nac::parameter(NAC_PARAM_TEXT, "fault", "which rule to break", "\"none\"");
static const nac_param *const kParams[] = {&kFault};
static constexpr nac_descriptor kRogue =
    nac::describe(NAC_KIND_COMPRESS, "org.example.rogue-compress", "Rogue", "Example", "0.1.0", "Apache-2.0",
                  "breaks the rule it is told to", kParams);
static constexpr nac_descriptor kSerial =
    nac::describe(NAC_KIND_COMPRESS, "org.example.serial-compress", "Serial", "Example", "0.1.0", "Apache-2.0",
                  "the same, one call at a time", kParams, NAC_THREADS_SERIAL);
NAC_PLUGIN(nac::entry(kRogue, nac::make_compress<rogue>), nac::entry(kSerial, nac::make_compress<rogue>))
