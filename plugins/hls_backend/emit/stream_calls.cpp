// SPDX-License-Identifier: Apache-2.0
//
// The processes in the top function, and those that have no kernel in nac_utils.
#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/stream_text.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

std::string kernel_of(const stream_parts &parts, const process &p) {
  switch (p.kind) {
    case process_kind::clone: return "clone_stream";
    case process_kind::discard: return "discard_stream";
    case process_kind::reorder:
      return parts.plan.channels[at(p.writes[0])].how.words() == 1 ? "collect_stream" : "reorder_stream";
    case process_kind::layer: break;
  }
  switch (parts.m.layers[at(p.layer)].kind) {
    case layer_kind::dense: return "dense_stream";
    case layer_kind::conv: return "conv_stream";
    case layer_kind::max_pool:
    case layer_kind::sum_pool: return "pool_stream";
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max: return "reduce_stream";
    case layer_kind::matmul: return "matmul_stream";
    case layer_kind::add: return "add_stream";
    case layer_kind::softmax: return "softmax_stream";
    default: return "elements_stream";
  }
}

bool is_concat(const stream_parts &parts, const process &p) {
  return p.kind == process_kind::layer && parts.m.layers[at(p.layer)].kind == layer_kind::concat;
}

std::string join(const std::vector<std::string> &items) {
  std::string result;
  for (const std::string &item : items) result += (result.empty() ? "" : ", ") + item;
  return result;
}

/// Elements of `word` into those of `result` from `offset` on.
std::string converted(const std::string &pad, int64_t count, int64_t offset, const std::string &word,
                      const std::string &config) {
  const std::string to = offset == 0 ? "i" : std::to_string(offset) + " + i";
  return pad + "for (unsigned i = 0; i < " + std::to_string(count) + "; i++) {\n#pragma HLS UNROLL\n" + pad +
         "  result[" + to + "] = " + config + "::finish(" + config + "::accum_t(" + word + "[i]));\n" + pad + "}\n";
}

}  // namespace

std::vector<std::string> headers_of(const stream_parts &parts, const process &p) {
  if (p.kind != process_kind::layer) return {"nac_move_stream.h"};
  switch (parts.m.layers[at(p.layer)].kind) {
    case layer_kind::dense: return {"nac_dense_stream.h", "nac_pointwise.h"};
    case layer_kind::conv: return {"nac_conv_stream.h", "nac_pointwise.h"};
    case layer_kind::max_pool:
    case layer_kind::sum_pool: return {"nac_pool_stream.h", "nac_pointwise.h"};
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max: return {"nac_reduce_stream.h", "nac_pointwise.h"};
    case layer_kind::matmul: return {"nac_matmul_stream.h", "nac_pointwise.h"};
    case layer_kind::softmax: return {"nac_elements_stream.h", "nac_softmax.h"};
    case layer_kind::table: return {"nac_elements_stream.h", "nac_table.h"};
    default: return {"nac_elements_stream.h", "nac_pointwise.h"};
  }
}

std::string summary_of(const stream_parts &parts, const process &p) {
  const std::string cycles = ": " + std::to_string(p.cycles) + (p.cycles == 1 ? " cycle" : " cycles") + " per sample";
  const layer &l = parts.m.layers[at(p.layer)];
  if (p.kind == process_kind::reorder) return "another order of " + comment_text(l.name) + cycles;
  return comment_text(l.name) + ", " + name_of(l.kind) + cycles;
}

std::string call_of(const stream_parts &parts, const process &p) {
  std::vector<std::string> types, arguments;
  for (const int c : p.reads) {
    types.push_back(parts.plan.channels[at(c)].type);
    arguments.push_back(parts.plan.channels[at(c)].name);
  }
  if (p.kind == process_kind::clone || p.kind == process_kind::discard)
    types.push_back(std::to_string(parts.plan.channels[at(p.reads[0])].how.words()));
  for (const int c : p.writes) {
    if (p.kind != process_kind::clone) types.push_back(parts.plan.channels[at(c)].type);
    arguments.push_back(parts.plan.channels[at(c)].name);
  }
  if (p.kind == process_kind::layer || p.kind == process_kind::reorder) types.push_back(config_name(parts, p));
  if (is_concat(parts, p)) return "  layer" + std::to_string(p.layer) + "_concat(" + join(arguments) + ");\n";
  return "  nac::" + kernel_of(parts, p) + "<" + join(types) + ">(" + join(arguments) + ");\n";
}

std::string function_of(const stream_parts &parts, const process &p) {
  if (!is_concat(parts, p)) return "";
  const std::string config = config_name(parts, p);
  const channel &out = parts.plan.channels[at(p.writes[0])];
  std::vector<std::string> arguments;
  std::string loops, inside;
  int64_t offset = 0;
  for (std::size_t i = 0; i < p.reads.size(); ++i) {
    const channel &c = parts.plan.channels[at(p.reads[i])];
    const std::string name = "in" + std::to_string(i), word = "word" + std::to_string(i);
    arguments.push_back("hls::stream<" + c.type + "> &" + name);
    const auto loop = [&](const std::string &body) {
      return "  for (unsigned w = 0; w < " + std::to_string(c.how.words()) +
             "; w++) {\n#pragma HLS PIPELINE II=1\n    " + out.type + " result;\n    NAC_ONE_WORD(result)\n" + body +
             "    out.write(result);\n  }\n";
    };
    const std::string read = "    " + c.type + " " + word + " = " + name + ".read();\n    NAC_ONE_WORD(" + word +
                             ")\n" + converted("    ", c.how.word, p.sequential ? 0 : offset, word, config);
    offset += c.how.word;
    inside += read;
    if (p.sequential)
      loops += loop(read);
    else if (i + 1 == p.reads.size())
      loops = loop(inside);
  }
  arguments.push_back("hls::stream<" + out.type + "> &out");
  return "static void layer" + std::to_string(p.layer) + "_concat(" + join(arguments) + ") {\n" + loops + "}\n";
}

}  // namespace nac::hls
