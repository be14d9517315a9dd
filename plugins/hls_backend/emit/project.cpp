// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/project.hpp"

#include <charconv>
#include <cmath>

#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/embedded.hpp"
#include "hls_backend/emit/host_text.hpp"

namespace nac::hls {
namespace {

std::string guarded(const std::string &guard, const std::string &text) {
  return "#ifndef " + guard + "\n#define " + guard + "\n\n" + text + "\n#endif\n";
}

/// Up to here compilers take seconds over the operators of ap_int, each of types of its own.
constexpr int64_t kExactStatements = 3000;

/// Statements in functions of shifts and adds: each has a line, and nothing else in parameters.h starts like them.
int64_t adder_statements(const design &d) {
  int64_t count = 0;
  for (const char *const start : {"\n  const ", "\n  y["})
    for (std::size_t at = 0; (at = d.parameters.find(start, at)) != std::string::npos; ++at) ++count;
  return count;
}

std::string adder_widths(int64_t statements) {
  if (statements == 0) return "";
  const bool exact = statements <= kExactStatements;
  return std::string("\n// Shifts and adds in C-simulation: ") +
         (exact ? "1: in the widths of the circuit"
                : "0: as long long, which compiles sooner; 1: in the circuit's widths") +
         ".\n#ifndef NAC_ADDER_WIDTHS\n#define NAC_ADDER_WIDTHS " + (exact ? "1" : "0") +
         "\n#endif\n// Compilers take many times longer over the widths when they optimize.\n"
         "#if !NAC_ADDER_WIDTHS || defined(__SYNTHESIS__)\n#define NAC_ADDER_ATTRIBUTE\n"
         "#elif defined(__clang__)\n#define NAC_ADDER_ATTRIBUTE __attribute__((noinline, optnone))\n"
         "#else\n#define NAC_ADDER_ATTRIBUTE __attribute__((noinline, optimize(\"O0\")))\n#endif\n";
}

std::string adder_readme(int64_t statements) {
  if (statements == 0) return "";
  const std::string count = "\n## Shifts and adds\nStrategy `distributed_arithmetic` made " +
                            std::to_string(statements) +
                            " statements, each with a result just wide enough for its proven\nrange. ";
  if (statements <= kExactStatements)
    return count +
           "C-simulation computes them in these widths, as `ap_int`: what synthesis gets is what was compared.\n";
  return count + "Synthesis gets these widths. C-simulation computes them as `long long`, because more than\n" +
         std::to_string(kExactStatements) +
         " operators of `ap_int` take C++ compilers too long: it proves the additions, not their widths.\n"
         "`-DNAC_ADDER_WIDTHS=1` compiles it with the widths all the same.\n";
}

void add_firmware(const model &m, const design &d, std::vector<file> &files) {
  const std::string &name = m.how.project;
  const bool stream = m.how.io == io_type::stream;
  const std::string types = std::string("#include \"ap_fixed.h\"\n#include \"ap_int.h\"\n") +
                            (stream ? "#include \"hls_stream.h\"\n#include \"nac_utils/nac_array.h\"\n" : "");
  files.push_back(
      {"firmware/defines.h", guarded("DEFINES_H_", types + "\n" + d.defines + adder_widths(adder_statements(d)))});
  files.push_back({"firmware/parameters.h", guarded("PARAMETERS_H_", "#include \"defines.h\"\n" + d.parameters)});
  files.push_back(
      {"firmware/" + name + ".h", guarded("NAC_TOP_H_", "#include \"defines.h\"\n\n" + signature(m, d) + ";\n")});
  files.push_back(
      {"firmware/" + name + ".cpp", "#include \"" + name + ".h\"\n\n#include \"parameters.h\"\n\n" + d.function});
  files.insert(files.end(), d.weights.begin(), d.weights.end());
}

template <class Number>
void append(std::string &line, Number x) {
  char text[64];
  if (!line.empty()) line += ' ';
  line.append(text, std::to_chars(text, text + sizeof text, x).ptr);
}

}  // namespace

std::vector<file> project_files(const model &m) {
  const design d = m.how.io == io_type::stream ? stream_design(m) : parallel_design(m);
  std::vector<file> files;
  add_firmware(m, d, files);
  files.insert(files.end(), embedded_files().begin(), embedded_files().end());
  files.push_back({m.how.project + "_test.cpp", testbench_text(m, d)});
  files.push_back({m.how.project + "_bridge.cpp", bridge_text(m, d)});
  for (file &f : script_files(m)) {
    if (f.path == "README.md") f.bytes += adder_readme(adder_statements(d));
    files.push_back(std::move(f));
  }
  files.push_back(proof_file(m));
  return files;
}

std::vector<file> testbench_files(const model &m, const std::vector<std::vector<float>> &inputs,
                                  const std::vector<std::vector<double>> &expected, int64_t rows) {
  const auto tensor_of = [&](int t) -> const tensor & { return m.tensors[static_cast<std::size_t>(t)]; };
  std::string features, predictions;
  for (int64_t row = 0; row < rows; ++row) {
    std::string line;
    for (std::size_t i = 0; i < m.inputs.size(); ++i) {
      const int64_t size = tensor_of(m.inputs[i]).size;
      for (int64_t e = row * size; e < (row + 1) * size; ++e) append(line, inputs[i][static_cast<std::size_t>(e)]);
    }
    features += line + "\n";
    line.clear();
    for (std::size_t i = 0; i < m.outputs.size(); ++i) {
      const tensor &t = tensor_of(m.outputs[i]);
      for (int64_t e = row * t.size; e < (row + 1) * t.size; ++e)
        append(line, static_cast<int64_t>(std::ldexp(expected[i][static_cast<std::size_t>(e)], t.type.fraction())));
    }
    predictions += line + "\n";
  }
  return {{"tb_data/tb_input_features.dat", std::move(features)},
          {"tb_data/tb_output_predictions.dat", std::move(predictions)}};
}

}  // namespace nac::hls
