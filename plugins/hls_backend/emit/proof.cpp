// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hls_backend/emit/json_writer.hpp"
#include "hls_backend/emit/matrix_bounds.hpp"
#include "hls_backend/emit/project.hpp"
#include "hls_backend/simulate/sha256.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

void put_bounds(json_writer &json, const std::string &key, const bounds &range) {
  json.key(key).array(true).integer(range.low).integer(range.high).end();
}

/// Type and the range of integers proven to be all that it is asked to hold.
void put_type(json_writer &json, const fixed_type &type) {
  json.key("type").text(type.text());
  json.key("width").integer(type.width).key("integer").integer(type.integer);
  json.key("fraction").integer(type.fraction()).key("signed").boolean(type.is_signed);
}

bool holds(const fixed_type &type, const bounds &range) {
  return type.lowest() <= range.low && range.high <= type.highest();
}

/// Integers of a matrix or table, as decimal text: the same on every machine.
std::string digest(const std::vector<int64_t> &values) {
  std::string text;
  for (const int64_t value : values) text += std::to_string(value) + "\n";
  return sha256().bytes(text).hex();
}

/// Where a bound of the accumulator comes from.
const char *rule_of(layer_kind kind) {
  switch (kind) {
    case layer_kind::input: return "input: every integer of the type, whatever the real";
    case layer_kind::dense:
    case layer_kind::conv:
      return "matrix: interval arithmetic over the integer weights, per output, then the hull of the outputs: bias and "
             "products at the ends of the input's range (padding adds 0 to it), their negative parts added up and "
             "their "
             "positive parts; every partial sum in any order lies between";
    case layer_kind::max_pool:
    case layer_kind::reduce_max: return "maximum: the input's range";
    case layer_kind::sum_pool:
    case layer_kind::reduce_sum: return "sum: the input's range, widened to hold 0, times the number of values";
    case layer_kind::matmul:
      return "product of two tensors: the hull of the products of the ranges' ends and 0, times the length of a sum";
    case layer_kind::add: return "sum or difference of two ranges on the finer grid";
    case layer_kind::concat: return "concatenation: the hull of the inputs' ranges on the finest grid";
    case layer_kind::transpose: return "permutation: the input's range";
    case layer_kind::table: return "table: least and greatest entry";
    case layer_kind::softmax: return "softmax: 0 and 1 assigned to the type; where the type wraps, all of its integers";
    case layer_kind::pointwise: return "no operation: the input's range";
  }
  return "";
}

const char *name_of(pointwise::op what) {
  switch (what) {
    case pointwise::op::relu: return "relu";
    case pointwise::op::leaky_relu: return "leaky_relu";
    case pointwise::op::quantize: return "quantize";
  }
  return "";
}

void put_weights(json_writer &json, const weight_matrix &w) {
  json.key("weights").object();
  put_type(json, w.type);
  json.key("inputs").integer(w.inputs).key("outputs").integer(w.outputs);
  json.key("zeros").integer(std::count(w.values.begin(), w.values.end(), 0));
  if (!w.values.empty()) {
    const auto [low, high] = std::minmax_element(w.values.begin(), w.values.end());
    put_bounds(json, "range", {*low, *high});
  }
  json.key("sha256").text(digest(w.values)).end();
  if (w.bias.empty()) return;
  json.key("bias").object();
  put_type(json, w.bias_type);
  const auto [low, high] = std::minmax_element(w.bias.begin(), w.bias.end());
  put_bounds(json, "range", {*low, *high});
  json.key("sha256").text(digest(w.bias)).end();
}

/// The accumulator of a matrix, checked once more by another way than the one that chose it.
void put_check(json_writer &json, const model &m, const layer &l) {
  const tensor &input = m.tensors[static_cast<std::size_t>(l.inputs.at(0))];
  const matrix_bounds found = bounds_of_matrix(l, input.range, input.type.fraction());
  if (!holds(l.accumulator, found.sums))
    throw failure(NAC_INTERNAL, "layer '" + l.name + "': sums from " + std::to_string(found.sums.low) + " to " +
                                    std::to_string(found.sums.high) + " do not fit its accumulator " +
                                    l.accumulator.text());
  put_bounds(json, "sums", found.sums);
  put_bounds(json, "partial_sums", found.partials);
  json.key("holds_partial_sums").boolean(holds(l.accumulator, found.partials));
}

void put_layer(json_writer &json, const model &m, const layer &l) {
  json.object();
  json.key("index").integer(l.index).key("name").text(l.name).key("kind").text(name_of(l.kind));
  json.key("inputs").array();  // none: of the network
  for (const int i : l.inputs) {
    const tensor &t = m.tensors[static_cast<std::size_t>(i)];
    json.object(true).key("tensor").text(t.name).key("type").text(t.type.text());
    put_bounds(json, "range", t.range);
    json.end();
  }
  json.end();
  if (!l.weights.values.empty() || l.weights.outputs > 0) put_weights(json, l.weights);
  if (!l.table.empty()) {
    json.key("table").object(true).key("entries").integer(static_cast<int64_t>(l.table.size()));
    json.key("first").integer(l.table_low).key("sha256").text(digest(l.table)).end();
  }
  json.key("accumulator").object();
  put_type(json, l.accumulator);
  put_bounds(json, "range", l.accumulator_range);
  json.key("holds_its_range").boolean(holds(l.accumulator, l.accumulator_range));
  if (l.kind == layer_kind::dense || l.kind == layer_kind::conv) put_check(json, m, l);
  json.key("rule").text(rule_of(l.kind)).end();
  json.key("steps").array();
  for (const pointwise &step : l.steps) {
    json.object(true).key("step").text(name_of(step.what));
    if (step.what == pointwise::op::leaky_relu) json.key("slope").text("2^-" + std::to_string(step.bits));
    json.key("type").text(step.type.text());
    put_bounds(json, "range", step.range);
    json.end();
  }
  json.end();
  const tensor &t = m.tensors[static_cast<std::size_t>(l.output)];
  json.key("output").object(true).key("tensor").text(t.name).key("type").text(t.type.text());
  put_bounds(json, "range", t.range);
  json.key("holds_its_range").boolean(holds(t.type, t.range)).end();
  json.end();
}

}  // namespace

file proof_file(const model &m) {
  json_writer json;
  json.object();
  json.key("format").text("nac-hls-proof/1").key("project").text(m.how.project);
  json.key("meaning").text(
      "Ranges are of integers n, both ends included; a value is n * 2^-fraction. A type that holds its range never "
      "wraps "
      "and never rounds, so the order of additions cannot change a result; steps named quantize are the only places "
      "after the inputs "
      "that round or saturate. sha256: of the integers as decimal text, one a line, inputs first.");
  bool all = true;
  for (const layer &l : m.layers)
    all =
        all && holds(l.accumulator, l.accumulator_range) &&
        holds(m.tensors[static_cast<std::size_t>(l.output)].type, m.tensors[static_cast<std::size_t>(l.output)].range);
  json.key("every_type_holds_its_range").boolean(all);
  json.key("layers").array();
  for (const layer &l : m.layers) put_layer(json, m, l);
  json.end();
  json.key("outputs").array(true);
  for (const int i : m.outputs) json.text(m.tensors[static_cast<std::size_t>(i)].name);
  json.end().end();
  return {"proof.json", json.take()};
}

}  // namespace nac::hls
