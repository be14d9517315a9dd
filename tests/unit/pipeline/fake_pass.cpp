// SPDX-License-Identifier: Apache-2.0
#include "fake_pass.hpp"

#include <fmt/format.h>

#include <cstring>

#include "nac/cpp/rng.hpp"

namespace fakes {
namespace {

using namespace nac::fw;

class Pass final : public CompressPort {
 public:
  Pass(const PluginChoice &pass, const CompressProxy::Setup &setup) : pass_(pass), state_(nac::mix64(setup.seed)) {
    for (const auto &[name, value] : pass.parameters)
      for (const char c : name + to_toml(value)) state_ = nac::mix64(state_ ^ static_cast<unsigned char>(c));
  }

  CompressStep step(Graph &model, const std::vector<double> &metrics) override {
    for (const double m : metrics) {
      uint64_t bits = 0;
      std::memcpy(&bits, &m, sizeof bits);
      state_ = nac::mix64(state_ ^ bits);
    }
    CompressStep step;
    if (trained_ == parameter("undo") && !undone_) {
      undone_ = true;
      step.undo = true;
      return step;
    }
    if (trained_ == parameter("fail")) throw Error("the pass gives up");
    step.finished = trained_ >= parameter("steps");
    if (!step.finished || parameter("edit_last") > 0) edit(model);
    if (step.finished) return step;
    ++trained_;
    step.train_epochs = 2;
    step.rewind = static_cast<Rewind>(std::max<int64_t>(0, parameter("rewind")));
    step.teacher_share = parameter("teacher") > 0 ? 0.5 : 0;
    return step;
  }
  std::string save() override { return fmt::format("{} {} {}", state_, trained_, undone_ ? 1 : 0); }
  void load(const std::string &state) override {
    int undone = 0;
    if (std::sscanf(state.c_str(), "%lu %ld %d", &state_, &trained_, &undone) != 3) throw Error("no state: " + state);
    undone_ = undone == 1;
  }

 private:
  int64_t parameter(const char *name) const {
    const auto at = pass_.parameters.find(name);
    return at == pass_.parameters.end() ? -1 : std::get<int64_t>(at->second);
  }
  void edit(Graph &model) {
    nac::rng rng(state_);
    for (const ValueId id : model.values()) {
      if (model.value(id).kind != ValueKind::parameter) continue;
      Tensor t = *model.value(id).data;
      for (int64_t i = 0; i < t.elements(); ++i) t.mutable_data<float>()[i] *= static_cast<float>(rng.uniform());
      model.set_data(id, t);
    }
  }

  const PluginChoice pass_;
  uint64_t state_;
  int64_t trained_ = 0;
  bool undone_ = false;
};

}  // namespace

std::unique_ptr<CompressPort> make_pass(const PluginChoice &pass, const CompressProxy::Setup &setup) {
  return std::make_unique<Pass>(pass, setup);
}

std::string local_results_of(const Study &study) {
  std::string text;
  const auto metrics = [&](const std::map<std::string, double> &all) {
    for (const auto &[name, value] : all)
      if (name != "seconds") text += fmt::format(" {}={}", name, value);
    text += "\n";
  };
  for (const Study::TuneRow &r : study.tune_rows()) {
    text += fmt::format("t {} {} {} {} '{}' {}", r.trial, r.number, r.point, r.state, r.reason, r.model);
    metrics(r.metrics);
  }
  for (const Study::CompressRow &r : study.compress_rows()) {
    text += fmt::format("c {} {} {} {} {} {} '{}' {} {} {} {}", r.trial, r.chain, r.position, r.pass, r.iteration,
                        r.state, r.reason, r.last, r.model, r.deployed, r.pass_state);
    metrics(r.metrics);
  }
  return text + study.text("choose").value_or("");
}

}  // namespace fakes
