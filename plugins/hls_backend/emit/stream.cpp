// SPDX-License-Identifier: Apache-2.0
//
// io_stream: a dataflow of one process per layer, words of nac::array<T, C> between them.
#include <set>

#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/stream_text.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

std::string text(std::size_t n) { return std::to_string(n); }

/// Names of streams and of their words: layer4_out of layer4_t, and where other views of the same tensor are needed
/// layer4_out_2 of layer4_2_t.
void name_channels(const model &m, stream_plan &plan) {
  std::vector<std::size_t> count(m.layers.size(), 0);
  std::vector<std::vector<const channel *>> words(m.layers.size());
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    channel &c = plan.channels[at(plan.inputs[i])];
    c.name = input_name(i);
    c.type = element_type(m, c.tensor);
    words[at(m.tensors[at(c.tensor)].producer)].push_back(&c);
  }
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) plan.channels[at(plan.outputs[i])].name = output_name(i);
  for (channel &c : plan.channels) {
    const layer &l = m.layers[at(m.tensors[at(c.tensor)].producer)];
    if (c.name.empty()) {
      const std::size_t number = ++count[at(l.index)];
      c.name = numbered("layer", l) + "_out" + (number == 1 ? "" : "_" + text(number));
    }
    std::vector<const channel *> &others = words[at(l.index)];
    for (const channel *other : others)
      if (other->how.word == c.how.word) c.type = other->type;
    if (!c.type.empty()) continue;
    c.type = numbered("layer", l) + (others.empty() ? "" : "_" + text(others.size() + 1)) + "_t";
    others.push_back(&c);
  }
}

/// Sizes, and types of words. The last lines name those of the outputs.
std::string definitions(const model &m, const stream_plan &plan) {
  std::string result, last;
  for (std::size_t i = 0; i < m.inputs.size(); ++i)
    result += "#define N_INPUT_" + text(i + 1) + " " + std::to_string(m.tensors[at(m.inputs[i])].size) + "\n";
  for (std::size_t i = 0; i < m.outputs.size(); ++i) {
    result += "#define N_OUTPUT_" + text(i + 1) + " " + std::to_string(m.tensors[at(m.outputs[i])].size) + "\n";
    last += "typedef " + plan.channels[at(plan.outputs[i])].type + " " + result_type(i) + ";\n";
  }
  std::set<std::string> done;
  for (const channel &c : plan.channels)
    if (done.insert(c.type).second)
      result += "typedef nac::array<" + m.tensors[at(c.tensor)].type.text() + ", " + std::to_string(c.how.word) +
                " * 1> " + c.type + ";\n";
  return result + last;
}

port port_of(const model &m, const channel &c, const std::string &type, const view &how) {
  port p;
  p.name = c.name;
  p.type = type + "::value_type";
  p.element = m.tensors[at(c.tensor)].type;
  p.size = m.tensors[at(c.tensor)].size;
  p.word = how.word;
  p.order = how.order;
  return p;
}

std::string pragma(const std::string &line) { return "#pragma HLS " + line + "\n"; }

std::string top_function(const stream_parts &parts) {
  const stream_plan &plan = parts.plan;
  std::string list, ports, packed, streams, calls;
  const auto add_argument = [&](const channel &c, const std::string &type) {
    list += (list.empty() ? "" : ", ") + ("hls::stream<" + type + "> &" + c.name);
    ports += pragma("INTERFACE axis port=" + c.name);
    packed += pragma("DATA_PACK variable=" + c.name);
  };
  for (const int c : plan.inputs) add_argument(plan.channels[at(c)], plan.channels[at(c)].type);
  for (std::size_t i = 0; i < plan.outputs.size(); ++i)
    add_argument(plan.channels[at(plan.outputs[i])], result_type(i));
  for (const channel &c : plan.channels) {
    if (c.is_argument) continue;
    streams += "  hls::stream<" + c.type + "> " + c.name + "(\"" + c.name + "\");\n" +
               pragma("STREAM variable=" + c.name + " depth=" + std::to_string(c.depth));
    packed += pragma("DATA_PACK variable=" + c.name);
  }
  for (const process &p : plan.processes) calls += call_of(parts, p);
  return "void " + parts.m.how.project + "(" + list + ") {\n" + ports + pragma("DATAFLOW") +
         "\n  // Streams that wait for one another hold a whole sample: the dataflow cannot stop.\n" + streams +
         "// Vivado HLS sends a struct as one word only when told so.\n#ifndef __VITIS_HLS__\n" + packed +
         "#endif\n\n" + calls + "}\n";
}

}  // namespace

design stream_design(const model &m) {
  stream_plan plan = plan_streams(m);
  name_channels(m, plan);
  const stream_parts parts{m, plan};
  design d;
  for (const int c : plan.inputs) {
    const channel &from = plan.channels[at(c)];
    d.inputs.push_back(port_of(m, from, from.type, from.how));
  }
  for (std::size_t i = 0; i < plan.outputs.size(); ++i)
    d.outputs.push_back(port_of(m, plan.channels[at(plan.outputs[i])], result_type(i), plan.output_views[i]));

  d.defines = definitions(m, plan);
  std::set<std::string> headers = {"nac_move_stream.h"};
  std::string includes, structs;
  for (const process &p : plan.processes) {
    d.defines += types_of(parts, p);
    for (const std::string &header : headers_of(parts, p)) headers.insert(header);
    if (p.kind == process_kind::layer) includes += constant_includes(m.layers[at(p.layer)]);
    for (file &f : arrays_of(parts, p)) d.weights.push_back(std::move(f));
    const std::string config = config_of(parts, p);
    if (!config.empty()) structs += "\n// " + summary_of(parts, p) + "\n" + config + function_of(parts, p);
  }
  for (const std::string &header : headers) d.parameters += "#include \"nac_utils/" + header + "\"\n";
  d.parameters += (includes.empty() ? "" : "\n") + includes + structs;
  d.function = top_function(parts);
  return d;
}

}  // namespace nac::hls
