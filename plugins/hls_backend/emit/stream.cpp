// SPDX-License-Identifier: Apache-2.0
//
// io_stream: a dataflow of one process per layer, words of nac::array<T, C> between them.
#include <algorithm>
#include <set>

#include "hls_backend/emit/stream_text.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

std::string text(int64_t n) { return std::to_string(n); }

/// An identifier made of a graph's name that is not taken yet.
std::string argument_name(const std::string &name, const std::string &otherwise, std::set<std::string> &taken) {
  std::string result;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    result += letter || digit ? c : '_';
  }
  if (result.empty() || result[0] == '_' || (result[0] >= '0' && result[0] <= '9')) result = otherwise;
  const std::string stem = result;
  for (int i = 2; !taken.insert(result).second; ++i) result = stem + "_" + text(i);
  return result;
}

/// Words that C++ or the firmware uses for something else.
std::set<std::string> reserved_names(const model &m) {
  std::set<std::string> names = {"auto",     "bool",     "break",   "case",   "char",     "class",  "const", "default",
                                 "delete",   "do",       "double",  "else",   "enum",     "float",  "for",   "goto",
                                 "hls",      "if",       "inline",  "int",    "long",     "nac",    "new",   "register",
                                 "return",   "short",    "signed",  "static", "struct",   "switch", "this",  "typedef",
                                 "union",    "unsigned", "using",   "void",   "while",    "main",   "std",   "template",
                                 "typename", "operator", "private", "public", "result_t", "input_t"};
  names.insert(m.how.project);
  return names;
}

/// Names of streams and of their words.
void name_channels(const model &m, stream_plan &plan) {
  std::set<std::string> taken = reserved_names(m);
  std::vector<int> count(m.layers.size(), 0), views(m.layers.size(), 0);
  std::vector<std::vector<const channel *>> of_layer(m.layers.size());
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    channel &c = plan.channels[at(plan.inputs[i])];
    c.name = argument_name(m.tensors[at(c.tensor)].name, "input_" + text(static_cast<int64_t>(i) + 1), taken);
    c.type = i == 0 ? "input_t" : "input" + text(static_cast<int64_t>(i) + 1) + "_t";
    of_layer[at(m.tensors[at(c.tensor)].producer)].push_back(&c);
  }
  for (channel &c : plan.channels) {
    const int index = m.tensors[at(c.tensor)].producer;
    const std::string layer = "layer" + text(index);
    const auto output = std::find(plan.outputs.begin(), plan.outputs.end(), &c - plan.channels.data());
    if (output != plan.outputs.end())
      c.name = argument_name(m.tensors[at(m.outputs[at(output - plan.outputs.begin())])].name, layer + "_out", taken);
    if (c.name.empty()) {
      const int number = ++count[at(index)];
      c.name = argument_name(layer + "_out" + (number == 1 ? "" : "_" + text(number)), layer, taken);
    }
    if (!c.type.empty()) continue;
    for (const channel *other : of_layer[at(index)])
      if (other->how.word == c.how.word) c.type = other->type;
    if (!c.type.empty()) continue;
    const int number = ++views[at(index)];
    const bool is_result = m.outputs.size() == 1 && number == 1 && m.tensors[at(c.tensor)].is_output;
    c.type = is_result ? "result_t" : layer + (number == 1 ? "" : "_" + text(number)) + "_t";
    of_layer[at(index)].push_back(&c);
  }
}

std::string typedefs(const model &m, const stream_plan &plan) {
  std::string result;
  std::set<std::string> done;
  for (const channel &c : plan.channels)
    if (done.insert(c.type).second)
      result += "typedef nac::array<" + m.tensors[at(c.tensor)].type.text() + ", " + text(c.how.word) + " * 1> " +
                c.type + ";\n";
  return result;
}

port port_of(const model &m, const channel &c, std::vector<int64_t> order) {
  port p;
  p.name = c.name;
  p.type = c.type;
  p.element = m.tensors[at(c.tensor)].type;
  p.size = m.tensors[at(c.tensor)].size;
  p.word = c.how.word;
  p.order = std::move(order);
  return p;
}

std::string top_function(const stream_parts &parts) {
  const stream_plan &plan = parts.plan;
  std::vector<int> arguments = plan.inputs;
  arguments.insert(arguments.end(), plan.outputs.begin(), plan.outputs.end());
  std::string list, ports, packed, streams, calls;
  for (const int a : arguments) {
    const channel &c = plan.channels[at(a)];
    list += (list.empty() ? "" : ", ") + ("hls::stream<" + c.type + "> &" + c.name);
    ports += "#pragma HLS INTERFACE axis port = " + c.name + "\n";
    packed += "#pragma HLS DATA_PACK variable = " + c.name + "\n";
  }
  for (const channel &c : plan.channels) {
    if (c.is_argument) continue;
    streams += "  hls::stream<" + c.type + "> " + c.name + "(\"" + c.name +
               "\");\n#pragma HLS STREAM variable = " + c.name + " depth = " + text(c.depth) + "\n";
    packed += "#pragma HLS DATA_PACK variable = " + c.name + "\n";
  }
  for (const process &p : plan.processes) calls += call_of(parts, p);
  return "void " + parts.m.how.project + "(" + list + ") {\n" + ports + "#pragma HLS DATAFLOW\n\n" + streams +
         "#ifndef __VITIS_HLS__\n" + packed + "#endif\n\n" + calls + "}\n";
}

}  // namespace

design stream_design(const model &m) {
  stream_plan plan = plan_streams(m);
  name_channels(m, plan);
  const stream_parts parts{m, plan};
  design d;
  for (const int c : plan.inputs) d.inputs.push_back(port_of(m, plan.channels[at(c)], plan.channels[at(c)].how.order));
  for (std::size_t i = 0; i < plan.outputs.size(); ++i)
    d.outputs.push_back(port_of(m, plan.channels[at(plan.outputs[i])], plan.output_views[i].order));

  d.defines =
      "#include \"ap_fixed.h\"\n#include \"ap_int.h\"\n#include \"nac_utils/nac_array.h\"\n\n" + typedefs(m, plan);
  std::set<std::string> headers;
  std::string includes, structs;
  for (const process &p : plan.processes) {
    d.defines += types_of(parts, p);
    for (const std::string &header : headers_of(parts, p)) headers.insert(header);
    for (const constant_array &a : arrays_of(parts, p)) {
      includes += "#include \"weights/" + a.name + ".h\"\n";
      for (file &f : array_files(a)) d.weights.push_back(std::move(f));
    }
    const std::string config = config_of(parts, p);
    if (config.empty()) continue;
    structs += "\n// " + summary_of(parts, p) + "\n" + config + function_of(parts, p);
  }
  for (const std::string &header : headers) d.parameters += "#include \"nac_utils/" + header + "\"\n";
  d.parameters += (includes.empty() ? "" : "\n") + includes + structs;
  d.function = top_function(parts);
  return d;
}

}  // namespace nac::hls
