// SPDX-License-Identifier: Apache-2.0
#include "designs.hpp"

#include <istream>
#include <sstream>
#include <stdexcept>

namespace nac::bench {
namespace {

using hls::layer_facts;
using hls::work_kind;

using pairs = std::map<std::string, std::string>;

pairs read_pairs(std::istringstream *line) {
  pairs out;
  std::string word;
  while (*line >> word) {
    const auto at = word.find('=');
    if (at == std::string::npos) throw std::runtime_error("'" + word + "' is not of the form name=value");
    out[word.substr(0, at)] = word.substr(at + 1);
  }
  return out;
}

const std::map<std::string, work_kind> kinds = {{"matrix", work_kind::matrix},   {"pointwise", work_kind::pointwise},
                                                {"lookup", work_kind::lookup},   {"softmax", work_kind::softmax},
                                                {"compare", work_kind::compare}, {"sum", work_kind::sum},
                                                {"move", work_kind::move},       {"product", work_kind::product}};

int64_t number(const pairs &p, const std::string &name, int64_t otherwise) {
  const auto found = p.find(name);
  return found == p.end() ? otherwise : std::stoll(found->second);
}

layer_facts read_layer(const pairs &p) {
  layer_facts f;
  f.kind = kinds.at(p.at("kind"));
  f.positions = number(p, "positions", 1);
  f.copies = number(p, "copies", 1);
  f.elements = number(p, "elements", 0);
  f.depth = number(p, "depth", 2);
  f.reuse = number(p, "reuse", 1);
  f.io = number(p, "stream", 0) != 0 ? hls::io_type::stream : hls::io_type::parallel;
  const auto how = p.find("strategy");
  if (how != p.end() && how->second == "resource") f.how = hls::strategy::resource;
  if (how != p.end() && how->second.rfind("distributed", 0) == 0) f.how = hls::strategy::distributed_arithmetic;
  f.input_bits = static_cast<int>(number(p, "input_bits", 8));
  f.weight_bits = static_cast<int>(number(p, "weight_bits", 8));
  f.accumulator_bits = static_cast<int>(number(p, "accumulator_bits", 16));
  f.output_bits = static_cast<int>(number(p, "output_bits", 8));
  f.rounds = number(p, "rounds", 0) != 0;
  f.fifo_words = number(p, "fifo", 2);
  f.table_bits = number(p, "table_bits", 0);
  f.window_rows = number(p, "window_rows", 0);
  f.row_bits = number(p, "row_bits", 0);
  f.allow_dsp = number(p, "dsp", 1) != 0;
  f.pixel_pipeline = number(p, "pixel_pipeline", 1) != 0;
  if (f.kind == work_kind::matrix) {
    // Until weights follow: all of them there.
    const int64_t in = number(p, "inputs", 0), out = number(p, "outputs", 0);
    f.matrix = {in, out, 0, 0, 0, in * out, 0, (in - 1) * out, in, out};
  }
  return f;
}

std::vector<int64_t> read_integers(std::istringstream *line) {
  std::vector<int64_t> out;
  for (int64_t v; *line >> v;) out.push_back(v);
  return out;
}

published_design read_design(const pairs &p) {
  published_design d;
  d.id = p.at("id");
  d.repo = p.at("repo");
  d.whole = p.at("scope") == "total";
  d.wrapped = number(p, "wrapped", 0) != 0;
  d.logic = p.at("stage") == "logic";
  d.target = hls::technology_of(p.at("part"), std::stod(p.at("clock")), std::stod(p.at("share")));
  for (const char *name : {"lut", "ff", "dsp", "bram", "latency_min", "latency", "interval"}) {
    d.figures[name] = std::stod(p.at(name));
  }
  return d;
}

}  // namespace

collection read_designs(std::istream &in) {
  collection all;
  std::vector<published_design> &out = all.designs;
  std::vector<int64_t> weights;
  std::string text, word;
  for (int64_t at = 1; std::getline(in, text); ++at) try {
      std::istringstream line(text);
      line >> word;
      if (word == "design") {
        out.push_back(read_design(read_pairs(&line)));
      } else if (word == "stages") {
        const pairs p = read_pairs(&line);
        all.stages.push_back({p.at("repo"), std::stod(p.at("lut")), std::stod(p.at("ff"))});
      } else if (word == "layer") {
        out.at(out.size() - 1).layers.push_back(read_layer(read_pairs(&line)));
      } else if (word == "w" || word == "b") {
        layer_facts &f = out.at(out.size() - 1).layers.back();
        std::vector<int64_t> values = read_integers(&line);
        const auto wanted =
            static_cast<std::size_t>(word == "w" ? f.matrix.inputs * f.matrix.outputs : f.matrix.outputs);
        if (values.size() != wanted)
          throw std::runtime_error(std::to_string(values.size()) + " numbers, not " + std::to_string(wanted));
        const int64_t *bias = nullptr;
        if (word == "w") {
          weights = std::move(values);
        } else {
          bias = values.data();
        }
        f.matrix = hls::count_matrix(weights.data(), f.matrix.inputs, f.matrix.outputs, bias);
      } else {
        throw std::runtime_error("'" + word + "' is not design, layer, w or b");
      }
    } catch (const std::exception &error) {
      throw std::runtime_error("line " + std::to_string(at) + ": " + error.what());
    }
  return all;
}

hls::network_cost price(const published_design &d) {
  std::vector<hls::layer_cost> costs;
  for (const hls::layer_facts &f : d.layers) costs.push_back(hls::cost_of(f, d.target));
  return hls::cost_of_chain(d.layers, costs);
}

}  // namespace nac::bench
