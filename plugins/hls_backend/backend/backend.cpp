// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/backend/backend.hpp"

#include "hls_backend/emit/project.hpp"
#include "hls_backend/estimate/fit.hpp"
#include "hls_backend/model/read_graph.hpp"
#include "hls_backend/reports/quantities.hpp"
#include "hls_backend/reports/report_values.hpp"
#include "hls_backend/simulate/vendor_build.hpp"

namespace nac::hls {
namespace {

/// Rows of all inputs, which must agree, and be those of the model.
int64_t rows_of(const std::vector<const nac_view *> &views, const std::vector<int> &tensors, const model &m,
                const char *what) {
  if (views.size() != tensors.size())
    invalid("the model has " + std::to_string(tensors.size()) + " " + what + "s, " + std::to_string(views.size()) +
            " were given");
  int64_t rows = -1;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const tensor &t = m.tensors[static_cast<std::size_t>(tensors[i])];
    const auto elements = static_cast<int64_t>(element_count(views[i]->shape, views[i]->ndim));
    const int64_t own = views[i]->ndim > 0 ? views[i]->shape[0] : -1;
    if (own < 0 || elements != own * t.size || (rows >= 0 && own != rows))
      invalid(std::string(what) + " '" + t.name + "' has " + std::to_string(elements) + " values, rows of " +
              std::to_string(t.size) + " were expected");
    rows = own;
  }
  return rows;
}

/// One vector per output from one per row.
template <class T>
std::vector<std::vector<T>> copied(const std::vector<const nac_view *> &views) {
  std::vector<std::vector<T>> all;
  for (const nac_view *v : views) {
    const T *data = dense<T>(*v);
    all.emplace_back(data, data + element_count(v->shape, v->ndim));
  }
  return all;
}

}  // namespace

hls_backend::hls_backend(const config &config) : options_(read_options(config)) {}

const std::vector<quantity> &hls_backend::quantities() const { return all_quantities(); }

std::string hls_backend::why_not(const graph_view &graph, nac_node node) {
  return hls::why_not(graph, node).value_or("");
}

model hls_backend::model_for_costs(const graph_view &graph) const {
  return is_quantized(graph) ? read_graph(graph, options_) : assume_quantized(graph, options_);
}

std::vector<double> hls_backend::estimate(const graph_view &graph) {
  std::vector<double> values;
  for (const figure &f : hls::estimate(model_for_costs(graph)).all) values.push_back(f.value);
  return values;
}

void hls_backend::estimate_range(const graph_view &graph, std::vector<double> &low, std::vector<double> &high) {
  low.clear();
  high.clear();
  for (const figure &f : hls::estimate(model_for_costs(graph)).all) {
    low.push_back(f.low);
    high.push_back(f.high);
  }
}

void hls_backend::emit(const graph_view &graph, const work &call) {
  auto m = std::make_unique<model>(read_graph(graph, options_));
  std::vector<file> files = project_files(*m);
  for (const file &f : files) call.write_file(f.path, f.bytes);
  if (const std::string warning = fit_warning(hls::estimate(*m), options_.target); !warning.empty())
    host().warn(warning);
  emitted_ = std::move(m);
  files_ = std::move(files);
  simulation_.reset();
}

const model &hls_backend::emitted() const {
  if (emitted_ == nullptr) throw failure(NAC_FAILED_PRECONDITION, "there is no project yet: emit comes first");
  return *emitted_;
}

void hls_backend::testbench(const std::vector<const nac_view *> &inputs, const std::vector<const nac_view *> &expected,
                            const work &call) {
  const model &m = emitted();
  const int64_t rows = rows_of(inputs, m.inputs, m, "input");
  if (rows_of(expected, m.outputs, m, "output") != rows) invalid("inputs and expected outputs have different rows");
  for (const file &f : testbench_files(m, copied<float>(inputs), copied<double>(expected), rows))
    call.write_file(f.path, f.bytes);
}

std::vector<simulated> hls_backend::simulate(const std::vector<const nac_view *> &inputs, const work &call) {
  const model &m = emitted();
  const int64_t rows = rows_of(inputs, m.inputs, m, "input");
  if (simulation_ == nullptr) simulation_ = std::make_unique<simulation>(files_, m, call);
  std::vector<const float *> data;
  for (const nac_view *v : inputs) data.push_back(dense<float>(*v));
  std::vector<std::vector<double>> outputs = simulation_->run(data, rows, call);
  std::vector<simulated> results;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const tensor &t = m.tensors[static_cast<std::size_t>(m.outputs[o])];
    std::vector<int64_t> shape{rows};
    shape.insert(shape.end(), t.shape.begin(), t.shape.end());
    results.push_back({std::move(shape), std::move(outputs[o])});
  }
  return results;
}

std::vector<double> hls_backend::build(const std::string &project, const work &call) {
  return values_of(vendor_build(project, "reset=0 csim=0 synth=1 cosim=0 validation=0 export=0 vsynth=1", call),
                   options_.target, resources_of::logic_synthesis);
}

std::vector<double> hls_backend::read_reports(const std::string &folder) {
  const report_values found = read_report_folder(folder);
  for (const std::string &warning : found.warnings) host().warn(warning);
  return values_of(found, options_.target);
}

}  // namespace nac::hls
