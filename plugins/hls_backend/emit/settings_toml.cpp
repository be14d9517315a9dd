// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>

#include "hls_backend/emit/json_writer.hpp"
#include "hls_backend/emit/script_parts.hpp"

namespace nac::hls {
namespace {

/// TOML tells integers from floats by the point.
std::string toml_float(double value) {
  const std::string text = shortest(value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string layer_table(const model &m, const layer &l) {
  std::string text = "\n[layers." + quoted(l.name) + "]\n";
  text += "index = " + std::to_string(l.index) + "\n";
  text += std::string("kind = \"") + name_of(l.kind) + "\"\n";
  if (l.kind == layer_kind::dense || l.kind == layer_kind::conv) {
    text += std::string("strategy = \"") + name_of(l.how) + "\"\n";
    text += "reuse_factor = " + std::to_string(l.reuse_factor) + "\n";
    if (l.kind == layer_kind::conv || l.rows > 1)
      text += "parallelization_factor = " + std::to_string(l.parallelization_factor) + "\n";
    text += "weight_t = " + quoted(l.weights.type.text()) + "\n";
    if (!l.weights.bias.empty()) text += "bias_t = " + quoted(l.weights.bias_type.text()) + "\n";
  }
  if (l.kind != layer_kind::input) text += "accum_t = " + quoted(l.accumulator.text()) + "\n";
  return text + "result_t = " + quoted(m.tensors[static_cast<std::size_t>(l.output)].type.text()) + "\n";
}

}  // namespace

std::string settings_toml(const model &m) {
  const options &o = m.how;
  std::string text =
      "# How this project was made: every option as it was used, defaults included, and what became of each layer.\n"
      "project = " +
      quoted(o.project) +
      "\n"
      "part = " +
      quoted(o.target.name) +
      "\n"
      "io_type = \"" +
      name_of(o.io) +
      "\"\n"
      "strategy = \"" +
      name_of(o.how) +
      "\"\n"
      "reuse_factor = " +
      std::to_string(o.reuse_factor) +
      "\n"
      "parallelization_factor = " +
      std::to_string(o.parallelization_factor) +
      "\n"
      "clock_period = " +
      toml_float(o.clock_period_ns) +
      "  # ns\n"
      "clock_uncertainty = " +
      toml_float(o.clock_uncertainty) + "  # share of the period\n";
  for (const layer &l : m.layers) text += layer_table(m, l);
  return text;
}

}  // namespace nac::hls
