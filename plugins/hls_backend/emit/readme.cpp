// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hls_backend/emit/json_writer.hpp"
#include "hls_backend/emit/script_parts.hpp"

namespace nac::hls {
namespace {

const tensor &tensor_at(const model &m, int index) { return m.tensors[static_cast<std::size_t>(index)]; }

std::string shape_text(const tensor &t) {
  std::string text;
  for (const int64_t d : t.shape) text += (text.empty() ? "" : " x ") + std::to_string(d);
  return text.empty() ? "1" : text;
}

std::string code(const std::string &text) { return "`" + text + "`"; }

std::string layer_rows(const model &m) {
  std::string text =
      "| N | layer | kind | strategy | reuse | weights (zeros) | weight type | accumulator | result |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  for (const layer &l : m.layers) {
    const bool matrix = l.kind == layer_kind::dense || l.kind == layer_kind::conv;
    const auto zeros = std::count(l.weights.values.begin(), l.weights.values.end(), 0);
    text += "| " + std::to_string(l.index) + " | " + code(l.name) + " | " + name_of(l.kind) + " | ";
    text += matrix ? std::string(name_of(l.how)) + " | " + std::to_string(l.reuse_factor) + " | " +
                         std::to_string(l.weights.values.size()) + " (" + std::to_string(zeros) + ") | " +
                         code(l.weights.type.text()) + " | "
                   : "| | | | ";
    text += (l.kind == layer_kind::input ? "" : code(l.accumulator.text())) + " | " +
            code(tensor_at(m, l.output).type.text()) + " |\n";
  }
  return text;
}

std::string port_lines(const model &m, const std::vector<int> &which, const char *role) {
  std::string text;
  for (const int i : which) {
    const tensor &t = tensor_at(m, i);
    text += std::string("* ") + role + " " + code(t.name) + ": " + shape_text(t) + " of " + code(t.type.text()) + "\n";
  }
  return text;
}

std::string figures(const model &m) {
  int64_t weights = 0, zeros = 0;
  int widest = 0;
  for (const layer &l : m.layers) {
    weights += static_cast<int64_t>(l.weights.values.size());
    zeros += std::count(l.weights.values.begin(), l.weights.values.end(), 0);
    if (l.kind != layer_kind::input) widest = std::max(widest, l.accumulator.width);
  }
  return "* " + std::to_string(weights) + " weights, " + std::to_string(zeros) +
         " of them zero\n* widest accumulator: " + std::to_string(widest) + " bits\n";
}

}  // namespace

std::string project_readme(const model &m) {
  const options &o = m.how;
  const std::string &p = o.project;
  return "# " + p +
         "\n\n"
         "A neural network as a project for Vivado HLS and Vitis HLS, written by NAC. The top function is " +
         code(p) + " in `firmware/" + p +
         ".cpp`.\n\n"
         "* part " +
         code(o.target.name) + ", clock " + shortest(o.clock_period_ns) + " ns (uncertainty " +
         shortest(100 * o.clock_uncertainty) + " %)\n* " + code(name_of(o.io)) + ", strategy " + code(name_of(o.how)) +
         ", reuse factor " + std::to_string(o.reuse_factor) + "\n" + port_lines(m, m.inputs, "input") +
         port_lines(m, m.outputs, "output") + figures(m) +
         "\n## Commands\n"
         "```\n"
         "sh build_lib.sh                                        # shared library, with a C++ compiler alone\n"
         "vitis-run --mode hls --tcl build_prj.tcl               # options: build_opt.tcl\n"
         "vitis_hls -f build_prj.tcl \"csim=1 synth=1 cosim=1\"\n"
         "vivado_hls -f build_prj.tcl \"synth=1 export=1\"\n"
         "```\n"
         "Options are reset, csim, synth, cosim, validation, export and vsynth, each 0 or 1; `build_prj.tcl` explains\n"
         "them. The C-simulation needs no vendor tool:\n"
         "```\n"
         "g++ -std=c++17 -O2 -Wno-unknown-pragmas -Ifirmware/ap_types " +
         p + "_test.cpp firmware/" + p +
         ".cpp -o test && ./test\n"
         "```\n"
         "It compares every output of `tb_data` as an integer and ends with an error at any difference.\n"
         "\n## Files\n"
         "| file | |\n"
         "|---|---|\n"
         "| `firmware/" +
         p +
         ".cpp`, `.h` | top function |\n"
         "| `firmware/defines.h` | sizes and types of every layer |\n"
         "| `firmware/parameters.h` | configuration of every layer |\n"
         "| `firmware/weights/` | weights and biases, exact in their types |\n"
         "| `firmware/nac_utils/` | kernels |\n"
         "| `firmware/ap_types/` | `ap_fixed`, `ap_int`, `hls::stream` for other compilers; the vendor's tools use "
         "their "
         "own |\n"
         "| `" +
         p +
         "_test.cpp`, `tb_data/` | testbench, its inputs and the integers expected of it |\n"
         "| `" +
         p +
         "_bridge.cpp`, `build_lib.sh` | the function as a shared library |\n"
         "| `build_prj.tcl`, `build_opt.tcl`, `project.tcl`, `vivado_synth.tcl` | scripts for the vendor's tools |\n"
         "| `nac_config.toml` | all options, those of each layer included |\n"
         "| `proof.json` | bounds and width of every accumulator, and what they follow from |\n"
         "\n## Layers\n" +
         layer_rows(m) +
         "\nThe types hold every value that can occur, whatever the input: `proof.json` has the bounds. Only the "
         "network's\n"
         "inputs and the steps that it names `quantize` are rounded or saturated.\n";
}

}  // namespace nac::hls
