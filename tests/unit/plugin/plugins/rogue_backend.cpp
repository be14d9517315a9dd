// SPDX-License-Identifier: Apache-2.0
//
// A backend that "builds" one MatMul: the project lists the weights, and simulate() multiplies. Told so by "fault", it
// breaks one rule.
#include <nac/cpp/backend.hpp>

#include <cmath>
#include <limits>
#include <map>

namespace {

class rogue : public nac::backend {
 public:
  explicit rogue(const nac::config &config) : fault_(config.text("fault")) {
    if (fault_ == "upper-case") all_[1].name = "Latency";
    if (fault_ == "same-name") all_[1].name = "lut";
    if (fault_ == "no-name") all_[1].name = nullptr;
    if (fault_ == "no-unit") all_[1].unit = nullptr;
  }

  const std::vector<nac::quantity> &quantities() const override { return all_; }

  std::string why_not(const nac::graph_view &model, nac_node node) override {
    if (fault_ == "supports-fails") nac::fail(NAC_INTERNAL, "I lost my table");
    return model.is(node, "MatMul") ? "" : "only MatMul can be built";
  }

  std::vector<double> estimate(const nac::graph_view &model) override {
    if (fault_ == "infeasible") nac::fail(NAC_INFEASIBLE, "reuse 7 does not divide 6");
    if (fault_ == "one-value") return {1};
    const double n = static_cast<double>(weights_of(model).size());
    return {10 * n, std::nan(""), fault_ == "endless" ? std::numeric_limits<double>::infinity() : 3};
  }

  void estimate_range(const nac::graph_view &model, std::vector<double> &low, std::vector<double> &high) override {
    low = high = estimate(model);
    low[0] -= 5;
    high[0] += 5;
    if (fault_ == "range-above") low[0] += 6;
    if (fault_ == "half-known") low[1] = 0;
  }

  void emit(const nac::graph_view &model, const nac::work &call) override {
    if (fault_ == "emit-refuses") nac::fail(NAC_UNSUPPORTED, "no such device");
    weights_ = weights_of(model);
    in_ = static_cast<std::size_t>(model.shape(model.inputs().at(0)).at(1));
    if (fault_ == "writes-nothing") return;
    std::string text;
    for (const float w : weights_) text += std::to_string(w) + "\n";
    call.write_file("firmware/weights.txt", text);
    call.progress(0.5, "half of it");
    if (call.cancelled()) nac::fail(NAC_CANCELLED, "stopped after the weights");
    if (fault_ == "climbs") call.write_file("../outside.txt", "x");
    if (fault_ == "writes-and-fails") nac::fail(NAC_RESOURCE_EXHAUSTED, "the weights filled the disk");
    call.write_file("readme.txt", "nothing to see");
  }

  void testbench(const std::vector<const nac_view *> &inputs, const std::vector<const nac_view *> &expected,
                 const nac::work &call) override {
    call.write_file("tb/data.txt", std::to_string(inputs.at(0)->shape[0]) + " rows, the first expected " +
                                       std::to_string(nac::dense<double>(*expected.at(0))[0]));
  }

  std::vector<nac::simulated> simulate(const std::vector<const nac_view *> &inputs, const nac::work &) override {
    const nac_view &x = *inputs.at(0);
    const float *data = nac::dense<float>(x);
    const std::size_t rows = static_cast<std::size_t>(x.shape[0]), out = weights_.size() / in_;
    nac::simulated y{{x.shape[0], static_cast<int64_t>(out)}, std::vector<double>(rows * out)};
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t j = 0; j < out; ++j)
        for (std::size_t i = 0; i < in_; ++i)
          y.values[r * out + j] += double{data[r * in_ + i]} * double{weights_[i * out + j]};
    if (fault_ == "inf") y.values[1] = std::numeric_limits<double>::infinity();
    if (fault_ == "transposed") std::swap(y.shape[0], y.shape[1]);
    if (fault_ == "few-values") y.values.pop_back();
    if (fault_ == "two-outputs") return {y, y};
    return {y};
  }

  std::vector<double> build(const std::string &, const nac::work &) override {
    nac::fail(NAC_UNAVAILABLE, "there is no compiler of that vendor here");
  }
  std::vector<double> read_reports(const std::string &folder) override {
    if (fault_ == "reports") return {42, 5, std::nan("")};
    nac::fail(NAC_NOT_FOUND, "no report below " + folder);
  }

 private:
  static std::vector<float> weights_of(const nac::graph_view &model) {
    return model.floats(model.input_of(model.producer(model.outputs().at(0)), 1));
  }

  std::vector<nac::quantity> all_{{"lut", ""}, {"latency", "cycles"}, {"ii", "cycles"}};
  std::string fault_;
  std::vector<float> weights_;
  std::size_t in_ = 0;
};

/// What the class cannot do wrong is done wrong in its table.
const nac_backend_api *broken(const std::string &fault) {
  static std::map<std::string, nac_backend_api> tables;
  nac_backend_api &table = tables.emplace(fault, nac::detail::backend_table()).first->second;
  if (fault == "as-of-1.0") table.struct_size = NAC_SIZE_THROUGH(nac_backend_api, build);
  if (fault == "none-of-1.3") table.estimate_range = nullptr, table.testbench = nullptr, table.read_reports = nullptr;
  if (fault == "no-emit") table.emit = nullptr;
  if (fault == "many") table.quantity_count = [](void *) { return uint32_t{1} << 30; };
  if (fault == "unwritten")
    table.estimate = [](void *, const nac_graph *, double *values, uint32_t, nac_error *) {
      values[0] = 1;
      return nac_status{NAC_OK};
    };
  if (fault == "half-range")
    table.estimate_range = [](void *, const nac_graph *, double *low, double *high, uint32_t count, nac_error *) {
      for (uint32_t i = 0; i < count; ++i) low[i] = 0;
      high[0] = 1e6;
      return nac_status{NAC_OK};
    };
  if (fault == "float32")
    table.simulate = [](void *, const nac_view *const *inputs, uint32_t, nac_tensor **outputs, uint32_t,
                        const nac_call *, nac_error *) {
      outputs[0] = nac::owned_tensor<float>({inputs[0]->shape[0], 3}).release();
      return nac_status{NAC_OK};
    };
  if (fault == "no-output")
    table.simulate = [](void *, const nac_view *const *, uint32_t, nac_tensor **, uint32_t, const nac_call *,
                        nac_error *) { return nac_status{NAC_OK}; };
  return &table;
}

nac_object make(const nac::config &config) {
  nac_object object = nac::make_backend<rogue>(config);
  object.api = broken(config.text("fault"));
  return object;
}

}  // namespace

static constexpr nac_param kFault = nac::parameter(NAC_PARAM_TEXT, "fault", "which rule to break", "\"none\"");
static const nac_param *const kParams[] = {&kFault};
static constexpr nac_descriptor kRogue =
    nac::describe(NAC_KIND_BACKEND, "org.example.rogue-backend", "Rogue", "Example", "0.1.0", "Apache-2.0",
                  "breaks the rule it is told to", kParams);
NAC_PLUGIN(nac::entry(kRogue, make))
