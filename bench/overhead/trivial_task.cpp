// SPDX-License-Identifier: Apache-2.0
//
// A task whose networks and data are as small as they can be, so that a study of it measures the host.
#include <memory>
#include <string>
#include <vector>

#include "nac/cpp/rng.hpp"
#include "nac/cpp/task.hpp"

namespace {

constexpr uint64_t kSamples = 64;

class error_run : public nac::metrics_run {
 public:
  void update(const nac_view *const *predictions, const nac_view *const *targets) override {
    const float *y = nac::dense<float>(*predictions[0]), *t = nac::dense<float>(*targets[0]);
    for (int64_t i = 0; i < predictions[0]->shape[0]; ++i) sum_ += (y[i] - t[i]) * (y[i] - t[i]), ++count_;
  }
  std::vector<double> end() override { return {sum_ / static_cast<double>(count_)}; }

 private:
  double sum_ = 0;
  uint64_t count_ = 0;
};

class trivial : public nac::task {
 public:
  explicit trivial(const nac::config &) {
    facts.input("x", {4});
    facts.target("t", {1});
    facts.metric("error", "", -1, "mean squared error");
  }
  void space(nac::space_writer &space) override {
    for (int i = 0; i < 6; ++i) space.integer("width" + std::to_string(i), 1, 8);
  }
  void build(const nac::point_reader &point, nac::graph_builder &model) override {
    nac_value x = model.input("x", {4});
    for (uint32_t i = 0; i < 6; ++i)
      x = model.activate(nac::activation::relu, model.linear("layer" + std::to_string(i), x, point.index(i)));
    model.output("y", model.linear("last", x, 1));
  }
  nac_value loss(nac::graph_builder &model) override {
    const nac_value y = nac::host().graph().output_at(model.raw(), 0);
    const nac_value difference = model.node("Sub", {y, model.input("t", {1})});
    return model.node("ReduceMean", {model.node("Mul", {difference, difference})},
                      {{"axes", std::vector<int64_t>{0, 1}}, {"keepdims", int64_t{0}}});
  }
  uint64_t size(const std::string &) override { return kSamples; }
  void read(const std::string &, const uint64_t *index, uint64_t count, nac_tensor **inputs, nac_tensor **targets,
            const nac_call *) override {
    const auto rows = static_cast<int64_t>(count);
    nac::owned_tensor<float> x({rows, 4}), t({rows, 1});
    for (uint64_t i = 0; i < count; ++i) {
      nac::rng rng(index[i]);
      for (int k = 0; k < 4; ++k) x.data()[4 * i + static_cast<uint64_t>(k)] = static_cast<float>(rng.uniform(-1, 1));
      t.data()[i] = x.data()[4 * i] * x.data()[4 * i + 1];
    }
    inputs[0] = x.release();
    targets[0] = t.release();
  }
  std::unique_ptr<nac::metrics_run> metrics(const std::string &) override { return std::make_unique<error_run>(); }
};

constexpr nac_descriptor kTrivial = nac::describe(NAC_KIND_TASK, "org.nac.bench.trivial", "Trivial", "NAC", "1.0.0",
                                                  "Apache-2.0", "as small as a task can be");

}  // namespace

NAC_PLUGIN(nac::entry(kTrivial, nac::make_task<trivial>))
